//! What there is to book, and when: read only.

use axum::{Json, extract::State};

use super::{
    auth::Authorised,
    extract::Query,
    model::{self, Explanation, Instant, Refusal, Slot, Slots},
    problem::Problem,
};
use crate::{
    booking::{claim::Own, error::Outcome},
    desk::{Desk, SlotQuery},
};

const SLOTS_DEFAULT: usize = 50;
const SLOTS_MAX: usize = 500;

/// Services, staff and opening hours.
#[utoipa::path(
    get, path = "/services", tag = "Availability",
    params(("tenant_id" = uuid::Uuid, Path)),
    responses((status = 200, body = model::Catalog), super::openapi::Failures)
)]
pub async fn services(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
) -> Result<Json<model::Catalog>, Problem> {
    let rules = desk.rules(tenant).await?;
    Ok(Json(model::Catalog::from(rules.as_ref())))
}

/// Free slots of a service, earliest first.
#[utoipa::path(
    get, path = "/availability", tag = "Availability",
    params(("tenant_id" = uuid::Uuid, Path), model::Availability),
    responses((status = 200, body = Slots), super::openapi::Failures)
)]
pub async fn availability(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Query(asked): Query<model::Availability>,
) -> Result<Json<Slots>, Problem> {
    let limit = asked.limit.unwrap_or(SLOTS_DEFAULT);
    if !(1..=SLOTS_MAX).contains(&limit) {
        return Err(Problem::malformed("limit: expected 1 to 500"));
    }
    if asked.to.0 < asked.from.0 {
        return Err(Problem::malformed("to lies before from"));
    }
    let query = SlotQuery {
        tenant,
        choice: asked.choice(),
        to: asked.to.0,
        // One more tells whether the list goes on, and where.
        limit: limit + 1,
        own: asked.session_id.map(Own::from).unwrap_or_default(),
    };
    Ok(Json(match desk.find_slots(query).await? {
        Outcome::Done(slots) => page(&slots, limit),
        Outcome::Refused(refusal) => {
            Slots { slots: Vec::new(), next_from: None, none_because: Some(Refusal::from(&refusal)) }
        }
    }))
}

/// There is one slot at a start, so the next page begins with the start of the first that is left out.
fn page(slots: &[crate::booking::slot::Slot], limit: usize) -> Slots {
    Slots {
        slots: slots.iter().take(limit).map(Slot::from).collect(),
        next_from: slots.get(limit).map(|slot| Instant(slot.start)),
        none_because: None,
    }
}

/// Whether a start can be had, and if not, which rule refuses it.
#[utoipa::path(
    get, path = "/explain", tag = "Availability",
    params(("tenant_id" = uuid::Uuid, Path), model::Start),
    responses((status = 200, body = Explanation), super::openapi::Failures)
)]
pub async fn explain(
    State(desk): State<Desk>,
    Authorised(tenant): Authorised,
    Query(asked): Query<model::Start>,
) -> Result<Json<Explanation>, Problem> {
    Ok(Json(match desk.explain(tenant, asked.choice(), Own::default()).await? {
        Outcome::Done(slot) => Explanation { free: true, slot: Some(Slot::from(&slot)), refusal: None },
        Outcome::Refused(refusal) => Explanation { free: false, slot: None, refusal: Some(Refusal::from(&refusal)) },
    }))
}
