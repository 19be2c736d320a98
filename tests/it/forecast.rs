//! Forecasts: every method against Python that was written from its description, the program on files by hand, and the
//! sample tenant, whose future is known.

mod program;
mod second_opinion;
mod tenant;
