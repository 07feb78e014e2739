mod changes;
mod sentences;
mod values;

pub(super) struct English;
