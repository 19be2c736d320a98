//! How records follow each other: each number once, each record with the hash of the last one before it that is whole.

/// The records so far.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Number of the last key, whether or not its record is whole.
    last_number: u64,
    /// SHA-256 of the last record that is whole.
    last_sha256: Option<String>,
    /// How many records at the end break off.
    passed_over: u64,
}

impl Chain {
    /// The number of the next record.
    pub fn next_number(&self) -> u64 {
        self.last_number + 1
    }

    /// The number of the last one, if there is any.
    pub fn last_number(&self) -> Option<u64> {
        (self.last_number > 0).then_some(self.last_number)
    }

    /// The hash that the next record names.
    pub fn last_sha256(&self) -> Option<&str> {
        self.last_sha256.as_deref()
    }

    /// A record that was read, or written.
    pub fn add(&mut self, number: u64, sha256: String) {
        (self.last_number, self.last_sha256, self.passed_over) = (number, Some(sha256), 0);
    }

    /// A record that breaks off.
    pub fn pass_over(&mut self, number: u64) {
        self.last_number = number;
        self.passed_over += 1;
    }

    /// Takes that back: the next reading looks at them again.
    pub fn forget_passed_over(&mut self) {
        self.last_number -= self.passed_over;
        self.passed_over = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_breaks_off_takes_a_number_and_no_place() {
        let mut chain = Chain::default();
        assert_eq!((chain.next_number(), chain.last_number(), chain.last_sha256()), (1, None, None));
        chain.add(1, "a".to_owned());
        chain.pass_over(2);
        assert_eq!((chain.next_number(), chain.last_sha256()), (3, Some("a")));
        chain.forget_passed_over();
        assert_eq!((chain.next_number(), chain.last_number()), (2, Some(1)));
        chain.pass_over(2);
        chain.add(3, "b".to_owned());
        chain.forget_passed_over();
        assert_eq!((chain.next_number(), chain.last_sha256()), (4, Some("b")));
    }
}
