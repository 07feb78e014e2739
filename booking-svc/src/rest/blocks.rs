//! Blocks: time that the business takes out of its calendar.

use axum::{Json, extract::State, http::StatusCode};
use jiff::Timestamp;
use proto::id::{BlockId, TenantId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    auth::Authorised,
    extract::{self, IdempotencyKey, Path, Query},
    model::{Block, Blocks, BlocksQuery, NewBlock},
    openapi, page,
    problem::Problem,
};
use crate::{
    booking::{
        block::{BlockRequest, ListBlocks},
        error::Outcome,
        hold::{Actor, Channel},
        slot::Span,
    },
    desk::Desk,
};

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct BlockPath {
    #[param(value_type = uuid::Uuid)]
    #[expect(dead_code, reason = "the key was checked against it")]
    tenant_id: TenantId,
    #[param(value_type = uuid::Uuid)]
    block_id: BlockId,
}

/// Takes time of a person out of the calendar. Time that somebody has already is refused as `taken`.
#[utoipa::path(
    post, path = "/blocks", tag = "Blocks", request_body = NewBlock,
    params(("tenant_id" = uuid::Uuid, Path), openapi::Idempotency),
    responses((status = 201, body = Block), openapi::Failures, openapi::Bodies, openapi::Refusals)
)]
pub async fn place(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    key: IdempotencyKey,
    extract::Json(new): extract::Json<NewBlock>,
) -> Result<(StatusCode, Json<Block>), Problem> {
    let request = BlockRequest {
        actor: Actor { tenant, session: key.session(tenant), channel: Channel::Web },
        idempotency_key: key.0,
        staff: new.staff_id,
        span: new.span()?,
        purpose: new.purpose.into(),
    };
    match desk.block(&request).await? {
        Outcome::Done(block) => Ok((StatusCode::CREATED, Json(Block::from(&block)))),
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

/// The blocks that stand, earliest first.
#[utoipa::path(
    get, path = "/blocks", tag = "Blocks",
    params(("tenant_id" = uuid::Uuid, Path), BlocksQuery),
    responses((status = 200, body = Blocks), openapi::Failures)
)]
pub async fn list(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Query(asked): Query<BlocksQuery>,
) -> Result<Json<Blocks>, Problem> {
    let span = Span {
        start: asked.from.map_or(Timestamp::UNIX_EPOCH, |from| from.0),
        end: asked.to.map_or(Timestamp::MAX, |to| to.0),
    };
    let blocks = desk.list_blocks(&ListBlocks { tenant, span, limit: page::limit(asked.limit)? }).await?;
    Ok(Json(Blocks { blocks: blocks.iter().map(Block::from).collect() }))
}

/// Gives a block's time back. Also done when it was given back already.
#[utoipa::path(
    delete, path = "/blocks/{block_id}", tag = "Blocks", params(BlockPath),
    responses((status = 204, description = "The time can be booked again."), openapi::Failures)
)]
pub async fn lift(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Path(path): Path<BlockPath>,
) -> Result<StatusCode, Problem> {
    let known = desk.lift(tenant, path.block_id).await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("block")) }
}
