//! What moments mean for an appointment: the days and the times of day that are wished for.

use jiff::civil::{Date, DateTime};

use super::{Node, Side};
use crate::agent::dialogue::understand::{
    Found,
    date::{Days, Grain, add_days},
    time::{Clock, When},
};

/// How far an open wish ("after Friday") reaches.
const OPEN_DAYS: i32 = 28;

/// The days and the times of day, each in the order they were said. What is over cannot be wished for.
pub fn wishes<'a>(
    moments: impl IntoIterator<Item = &'a Found<Node>>,
    now: DateTime,
) -> (Vec<Found<Days>>, Vec<Found<When>>) {
    let (mut dates, mut times) = (Vec::new(), Vec::new());
    for found in moments {
        let (days, when) = wish(&found.value, now);
        let days = days.filter(|days| days.end_excl > now.date());
        let is_over = days.is_none() && matches!(found.value, Node::Dated(..) | Node::Instant(_) | Node::Range(..));
        dates.extend(days.map(|days| Found::new(days, found.confidence, found.words.clone())));
        times.extend(when.filter(|_| !is_over).map(|when| Found::new(when, found.confidence, found.words.clone())));
    }
    (dates, times)
}

fn wish(moment: &Node, now: DateTime) -> (Option<Days>, Option<When>) {
    match moment {
        Node::Days(days) => (Some(*days), None),
        Node::Hours(when) => (None, Some(*when)),
        Node::Dated(days, when) => (Some(*days), Some(*when)),
        Node::OpenDays(side, days) => (open(*side, days, now.date()), None),
        Node::Instant(at) => (Some(Days::one(at.date())), Some(When::Around(clock(*at)))),
        Node::Range(from, to) if from.date() == to.date() => {
            (Some(Days::one(from.date())), Some(When::Between(clock(*from), clock(*to))))
        }
        Node::Range(from, to) => {
            (Some(Days { start: from.date(), end_excl: add_days(to.date(), 1), grain: Grain::Days }), None)
        }
        _ => (None, None),
    }
}

fn open(side: Side, days: &Days, today: Date) -> Option<Days> {
    let until = |end_excl: Date| Days { start: today, end_excl, grain: Grain::Days };
    let open = match side {
        Side::From => Days::run(days.start, OPEN_DAYS, Grain::Days),
        Side::After => Days::run(days.end_excl, OPEN_DAYS, Grain::Days),
        Side::Before => until(days.start),
        Side::Until => until(days.end_excl),
    };
    (open.start < open.end_excl).then_some(open)
}

fn clock(at: DateTime) -> Clock {
    Clock::known(at.hour(), at.minute())
}
