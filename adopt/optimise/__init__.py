"""Choose one bid level a target within the limits, with a proof of how good the choice is.

The problem is a multiple-choice knapsack with few coupling rows (``problem``, ``limit``): maximise the sum
of the chosen levels' value; each limit is a row ``sum of use <= capacity`` over some of the targets.

1. **Multipliers** (``dual``). Any prices y >= 0 of the rows bound every plan by
   ``y . capacity + sum over targets of max over levels (value - y . use)``. The bound is minimised with its
   maxima softened and y >= 0 as a log barrier, by Newton steps while the temperature falls.
2. **A plan** (``repair``). Each target's best level at these prices, eased where a row is exceeded, then
   moved and exchanged while that gains.
3. **The gap** (``small_rows``, ``core_search``). Rows over few targets are solved by whole levels; levels
   that lose more than the gap are left out, and branch and bound searches the rest.
4. **Products on or off as a whole** (``switch_search``) stay whole in the inner problem; branch and bound
   over their states, each node with multipliers of its own.
5. **At size** (``curve_search``, from ``search.LARGE_CELLS`` levels on) a few sweeps over the curves take the
   place of 1 to 3: prices from samples, one pass that decides what no price in reach can change, a small core.
6. **The proof** (``certificate``) evaluates the bound from the multipliers alone, in float64 with a stated
   rounding error, and knows nothing of how they were found.

Sources: Everett (1963), generalised Lagrange multipliers; Geoffrion (1974), Lagrangian relaxation; Sinha &
Zoltners (1979), the multiple-choice knapsack; Pisinger (1995), cores; Nesterov (2005), softening; Dinkelbach
(1967), ratios; Land & Doig (1960), branch and bound; Huangfu & Hall (2018), HiGHS.

Limits: a gap can be promised afterwards only, as ROI floors make the problem inapproximable in the worst case
(arXiv 2201.07139). Rows are dense in the Newton step: some thousand limits at most. Where few targets share
many limits, whole levels lie far from the bound, and the gap says so. docs/methods/optimiser.md has figures.
"""
