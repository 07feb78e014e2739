//! Holds: a slot kept while its client makes up their mind.

use axum::{Json, extract::State, http::StatusCode};
use proto::id::{HoldId, TenantId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    auth::Authorised,
    extract::{self, IdempotencyKey, Path},
    model::{Hold, Instant, NewHold, Slot},
    openapi,
    problem::Problem,
};
use crate::{
    booking::{
        error::Outcome,
        hold::{Actor, Channel, HoldRequest},
    },
    desk::Desk,
};

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct HoldPath {
    #[param(value_type = uuid::Uuid)]
    #[expect(dead_code, reason = "whose key it is was checked against it")]
    tenant_id: TenantId,
    #[param(value_type = uuid::Uuid)]
    hold_id: HoldId,
}

/// Keeps a slot for a session, instead of what it held before.
#[utoipa::path(
    post, path = "/holds", tag = "Holds", request_body = NewHold,
    params(("tenant_id" = uuid::Uuid, Path), openapi::Idempotency),
    responses((status = 201, body = Hold), openapi::Failures, openapi::Bodies, openapi::Refusals)
)]
pub async fn place(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    key: IdempotencyKey,
    extract::Json(new): extract::Json<NewHold>,
) -> Result<(StatusCode, Json<Hold>), Problem> {
    let session = new.session_id.unwrap_or_else(|| key.session(tenant));
    let actor = Actor { tenant, session, channel: Channel::Web };
    let request = HoldRequest { actor, idempotency_key: key.0, choice: new.slot.choice()? };
    match desk.place_hold(&request).await? {
        Outcome::Done(hold) => {
            let hold = Hold {
                id: hold.id.as_uuid(),
                session_id: session.as_uuid(),
                service_id: hold.service.as_uuid(),
                slot: Slot::from(&hold.slot),
                expires_at: Instant(hold.expires_at),
            };
            Ok((StatusCode::CREATED, Json(hold)))
        }
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

/// Gives a held slot back. Also done when the hold has ended already.
#[utoipa::path(
    delete, path = "/holds/{hold_id}", tag = "Holds", params(HoldPath),
    responses((status = 204, description = "The hold is over."), openapi::Failures)
)]
pub async fn release(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<HoldPath>,
) -> Result<StatusCode, Problem> {
    let session = desk.session_of_hold(tenant, path.hold_id).await?.ok_or_else(|| Problem::not_found("hold"))?;
    desk.release(tenant, session, Some(path.hold_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
