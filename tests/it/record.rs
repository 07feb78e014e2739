//! What a call leaves of who listened and who spoke.

use receptionist::{demonstration, up::Running};
use serde_json::{Value, json};

/// The call's record says that these took over, in its own row and in the audit log.
pub async fn assert_switched(running: &Running, call_sid: &str, switches: &[Value]) {
    let row = demonstration::finished_row(running, call_sid).await.expect("a row").expect("a session");
    let metadata: Value = sqlx::query_scalar("SELECT metadata FROM voice_sessions WHERE call_sid = $1")
        .bind(call_sid)
        .fetch_one(running.pool())
        .await
        .expect("the call's row");
    assert_eq!(metadata["providers_switched"], json!(switches));
    let details = "SELECT details FROM audit_log WHERE session_id = $1 AND action = 'provider_switched' ORDER BY id";
    let audited: Vec<Value> =
        sqlx::query_scalar(details).bind(row.session_id).fetch_all(running.pool()).await.expect("the audit log");
    assert_eq!(audited, switches);
}

/// Who was to listen and to speak when the call began.
pub async fn began_with(running: &Running, call_sid: &str) -> (String, String) {
    sqlx::query_as("SELECT stt_provider, tts_provider FROM voice_sessions WHERE call_sid = $1")
        .bind(call_sid)
        .fetch_one(running.pool())
        .await
        .expect("the call's row")
}
