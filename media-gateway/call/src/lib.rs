//! The pure core of a call: what to do when something happens, and what to do when nothing does.
//!
//! A [`Call`] takes [`Event`]s with the time at which they happened and gives [`Action`]s and the next deadline. It holds
//! the rules of turn-taking, barge-in, what counts as heard, re-prompts, limits and ends. Audio, networks, clocks and
//! tasks are left to the driver, so a ten-minute call is tested, or replayed from its [`trace`], at once.
//!
//! ```
//! use call::{Action, Call, CallConfig, CallTime, Event, SegmentId, Timer, TurnId};
//!
//! let config = CallConfig { greeting: vec!["Hello, how can I help?".into()], ..CallConfig::default() };
//! let mut call = Call::new(config);
//!
//! // Something happened: say so, then carry out what is wanted.
//! call.handle(CallTime::from_ms(40), Event::LineReady);
//! let segment = SegmentId::new(1);
//! let speak = Action::Speak { segment, turn: TurnId::UNASKED, text: "Hello, how can I help?".into() };
//! assert_eq!(call.poll_action(), Some(speak));
//! assert_eq!(call.poll_action(), None);
//!
//! call.handle(CallTime::from_ms(60), Event::SegmentStarted { segment });
//! call.handle(CallTime::from_ms(1_900), Event::Played { segment, chars: 22, last: true });
//! while let Some(action) = call.poll_action() {
//!     assert!(matches!(action, Action::ReportHeard { complete: true, .. }));
//! }
//!
//! // Nothing happened until the deadline: say so too. The caller is silent, so we ask.
//! let (deadline, timer) = call.poll_timeout().expect("a call that has not ended has a deadline");
//! assert_eq!((deadline, timer), (CallTime::from_ms(36_900), Timer::Idle));
//! call.handle_timeout(deadline);
//! assert!(matches!(call.poll_action(), Some(Action::Speak { .. })));
//! ```

pub mod action;
mod answering;
mod asking_early;
mod barge_in;
mod call;
pub mod config;
mod early_turn;
mod echo;
mod ending;
mod endpointing;
pub mod event;
mod filler;
mod going_on;
mod hearing;
pub mod id;
mod interrupting;
mod keypad;
mod limits;
mod pace;
mod pause;
mod pausing;
mod phase;
mod playout;
mod reply;
mod reprompt;
mod speaking;
pub mod time;
mod timer;
pub mod trace;
mod turn;
mod typing;
mod understanding;
mod waiting;
mod words;

pub use action::{Action, EndReason, HandoffReason, Outcome, Status};
pub use call::Call;
pub use config::{BargeInMode, CallConfig, Phrases, Timings};
pub use event::{Directive, Event, Expectation, TurnEnd};
pub use id::{SegmentId, TurnId, UtteranceId};
pub use limits::Limits;
pub use phase::Phase;
pub use time::CallTime;
pub use timer::Timer;
pub use words::Language;
