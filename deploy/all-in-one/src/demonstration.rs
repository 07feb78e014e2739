//! One spoken call from end to end: a caller with a wish dials a running receptionist, talks until it is done, and the
//! database is asked what came of it. `receptionist demo` shows it; the system tests assert on it.

mod plan;
mod turns;

use std::time::Duration;

use serde::Serialize;
use system_tests::caller::{self, Call, CallError, ConversationError, DialConfig, Ears, Persona, Report, Said};

use crate::{
    ledger::{self, BookedAppointment, CallRow, LedgerError},
    up::Running,
};

pub use plan::{Plan, PlanError, Wish};
pub use turns::TurnShown;

/// From the end of the call to its row's last change.
const RECORDED_MAX: Duration = Duration::from_secs(15);

#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    #[error("voice is off: there is no line to call")]
    NoVoice,
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("the call's row was not finished within {} s", RECORDED_MAX.as_secs())]
    NotRecorded,
}

/// What a call was and what it left behind.
#[derive(Debug, Serialize)]
pub struct Demonstrated {
    /// Whether the database has an appointment of this call.
    pub booked: bool,
    pub appointment: Option<BookedAppointment>,
    /// What of the appointment is not as the caller meant it: misheard, and not noticed when it was read back.
    pub differs: Vec<&'static str>,
    pub turns: Vec<TurnShown>,
    /// From the stream's start to the first sound of the greeting, at the caller's ear.
    pub greeting_ms: Option<u64>,
    pub barge_ins: i32,
    pub outcome: Option<String>,
    #[serde(skip)]
    pub row: Option<CallRow>,
    /// All that the call made; one call should make one.
    #[serde(skip)]
    pub appointments: Vec<BookedAppointment>,
    #[serde(skip)]
    pub report: Report,
    #[serde(skip)]
    pub agent_hung_up: bool,
}

/// How a running receptionist is dialled from this machine.
pub fn dial_config(running: &Running, called: &str) -> Result<DialConfig, DemonstrationError> {
    let http = running.http_addr.ok_or(DemonstrationError::NoVoice)?;
    let mut config = DialConfig::new(format!("http://{http}/voice"), &*running.carrier_token, called);
    config.public_url.clone_from(&running.public_url);
    Ok(config)
}

/// How often a patient caller tries again, and after which pause.
const REDIALS_MAX: u32 = 30;
const REDIAL_AFTER: Duration = Duration::from_secs(2);

/// Dials, and again for a minute while the call is not taken: a gateway on a busy machine says that all lines are busy
/// until it keeps up.
pub async fn dial_patiently(config: DialConfig) -> Result<Call, CallError> {
    for _ in 0..REDIALS_MAX {
        match caller::dial(config.clone()).await {
            Err(CallError::NotConnected { .. }) => tokio::time::sleep(REDIAL_AFTER).await,
            answered => return answered,
        }
    }
    caller::dial(config).await
}

/// Makes the call and looks up what it left.
pub async fn make_call(
    running: &Running,
    plan: &Plan,
    ears: &Ears,
    on_said: impl FnMut(Said),
) -> Result<Demonstrated, DemonstrationError> {
    let mut said = Vec::new();
    let mut on_said = on_said;
    let mut config = dial_config(running, &plan.called)?;
    config.voice.clone_from(&plan.voice);
    let call = dial_patiently(config).await?;
    let call_sid = call.call_sid().to_owned();
    let mut persona = Persona::new(plan.purpose.clone());
    let agent_hung_up = caller::converse(&call, ears, &mut persona, |next| {
        said.push(next.clone());
        on_said(next);
    })
    .await?;
    let report = if agent_hung_up { call.wait_for_report(caller::END_MAX).await? } else { call.hang_up().await? };
    let row = finished_row(running, &call_sid).await?;
    let appointments = ledger::appointments_of_call(running.pool(), &call_sid).await?;
    Ok(Demonstrated {
        booked: !appointments.is_empty(),
        appointment: appointments.first().cloned(),
        differs: appointments.first().map(|booked| plan.differs_from(booked)).unwrap_or_default(),
        turns: turns::shown(&said, &report, row.as_ref()),
        greeting_ms: report.greeting_ms,
        barge_ins: row.as_ref().map_or(0, |row| row.barge_in_count),
        outcome: row.as_ref().and_then(|row| row.outcome.clone()),
        row,
        appointments,
        report,
        agent_hung_up,
    })
}

/// The call's row once it is no longer active; none when there is none.
pub async fn finished_row(running: &Running, call_sid: &str) -> Result<Option<CallRow>, DemonstrationError> {
    let look = async {
        loop {
            match ledger::call_row(running.pool(), call_sid).await? {
                Some(row) if row.status == "active" => tokio::time::sleep(Duration::from_millis(50)).await,
                row => return Ok(row),
            }
        }
    };
    tokio::time::timeout(RECORDED_MAX, look).await.map_err(|_| DemonstrationError::NotRecorded)?
}
