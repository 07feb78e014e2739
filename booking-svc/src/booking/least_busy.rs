//! The choice among several who are free: whoever has the least to do that day, so that work is shared.

use jiff::{SignedDuration, civil::Date};

use super::{rules::Rules, slot::Span};

/// Who is asked first on each date: indices into the people, least busy first, the business's order among equals.
#[derive(Debug)]
pub struct LeastBusy {
    first: Date,
    /// Empty when there is nobody to choose from.
    orders: Vec<Vec<usize>>,
}

impl LeastBusy {
    /// `people`: each one's busy time, sorted; the dates from the first to the last.
    pub fn of<'a>(rules: &Rules, (first, last): (Date, Date), people: impl IntoIterator<Item = &'a [Span]>) -> Self {
        let people: Vec<&[Span]> = people.into_iter().collect();
        if people.len() < 2 {
            return Self { first, orders: Vec::new() };
        }
        let dates = std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(|d| *d <= last);
        let days = dates.map_while(|date| rules.day(date));
        let orders = days.map(|day| {
            let busy: Vec<SignedDuration> = people.iter().map(|busy| busy_within(busy, &day)).collect();
            let mut order: Vec<usize> = (0..people.len()).collect();
            order.sort_by_key(|n| (busy[*n], *n));
            order
        });
        Self { first, orders: orders.collect() }
    }

    /// `None`: the business's order.
    pub fn on(&self, date: Date) -> Option<&[usize]> {
        let day = usize::try_from((date - self.first).get_days()).ok()?;
        self.orders.get(day).map(Vec::as_slice)
    }
}

/// The length of what begins within a span.
fn busy_within(busy: &[Span], span: &Span) -> SignedDuration {
    let from = busy.partition_point(|s| s.start < span.start);
    busy[from..].iter().take_while(|s| s.start < span.end).map(Span::length).sum()
}
