//! Values that belong to a person: names, e-mail addresses, what was said.

use std::fmt;

/// Holds a personal value; formatting it, for a log or a panic, shows a placeholder.
///
/// Reading it takes a call to [`Private::reveal`], which is easy to search for.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Private<T>(T);

impl<T> Private<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: for speaking, storing and sending, never for a log.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

impl<T> fmt::Display for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_hides_the_value() {
        let name = Private::new("Alex Morrison");
        assert_eq!(format!("{name} {name:?}"), "[private] [private]");
        assert_eq!(*name.reveal(), "Alex Morrison");
    }
}
