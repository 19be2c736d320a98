//! Progress on standard error: bars at a terminal, nothing in a pipe but what the log says.

use std::cell::RefCell;
use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows steps of a job.
pub struct Progress {
    shown: RefCell<Option<(String, ProgressBar)>>,
    terminal: bool,
}

impl Progress {
    /// Looks whether somebody is watching.
    pub fn new() -> Progress {
        Progress { shown: RefCell::new(None), terminal: std::io::stderr().is_terminal() }
    }

    /// `done` of `total` steps; a total of 0 is not known.
    pub fn step(&self, label: &str, done: usize, total: usize) {
        if !self.terminal {
            if total > 0 && done == total {
                eprintln!("{label}: {done} of {total}");
            }
            return;
        }
        let mut shown = self.shown.borrow_mut();
        if shown.as_ref().is_none_or(|(current, _)| current != label) {
            if let Some((_, bar)) = shown.take() {
                bar.finish_and_clear();
            }
            let bar = if total == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(total as u64) };
            let form = if total == 0 { "{spinner} {msg} {pos}" } else { "{bar:30} {pos}/{len} {msg}" };
            if let Ok(style) = ProgressStyle::with_template(form) {
                bar.set_style(style);
            }
            bar.set_message(label.to_owned());
            *shown = Some((label.to_owned(), bar));
        }
        if let Some((_, bar)) = shown.as_ref() {
            bar.set_position(done as u64);
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if let Some((_, bar)) = self.shown.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
