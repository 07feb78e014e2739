//! Choices from bytes. A case that is cut short or changed in the middle keeps most of its meaning, so that a fuzzer's
//! mutations lead somewhere.

pub struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// One of these; the first once the bytes are used up.
    pub fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        let byte = usize::from(self.next().unwrap_or(0));
        choices[byte % choices.len()].clone()
    }

    pub fn flag(&mut self) -> bool {
        self.next().unwrap_or(0) % 2 == 1
    }
}
