//! Errors of a bill that has no past of its own yet.

/// The errors below are parts of this.
pub(super) const PRIOR_ONE: i128 = 10_000;

/// (actual − forecast) ÷ forecast around days 5, 10, 15, 20 and 25: the values below which one in twenty, two in twenty …
/// nineteen in twenty of the generated bills of seed 1 lie. `tests/bench/forecast.py --prior` prints the table.
pub(super) const PRIOR: [[i32; 19]; 5] = [
    [-492, -261, -163, -110, -65, -35, -2, 29, 54, 84, 115, 144, 181, 218, 275, 340, 411, 517, 800],
    [-374, -231, -160, -112, -76, -39, -17, 9, 31, 51, 73, 98, 127, 163, 199, 251, 309, 419, 638],
    [-331, -206, -149, -102, -69, -44, -22, -6, 11, 30, 47, 72, 101, 131, 164, 190, 233, 324, 452],
    [-215, -144, -98, -64, -47, -34, -20, -10, 3, 13, 24, 40, 55, 78, 100, 142, 188, 243, 346],
    [-126, -94, -69, -51, -38, -27, -20, -12, -6, 2, 10, 18, 28, 38, 55, 78, 106, 139, 217],
];
