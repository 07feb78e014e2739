//! How long the booking service takes for its answers when its database has a million appointments: over gRPC, the service in a
//! process of its own, PostgreSQL beside it.

mod filled;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use proto::{
    booking::v1::{
        self as wire, book_request::What, book_response, booking_service_client::BookingServiceClient,
        place_hold_response,
    },
    common::v1::Channel as WireChannel,
    convert::to_wire_time,
};
use serde::Serialize;
use service_runtime::Clock;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use super::quantiles::Quantiles;
use crate::booking_check::service::Service;
use filled::Filled;

/// As many as wait for one slot in the requirement.
const CALLERS: usize = 32;
/// A hold of a call.
const HOLD_TTL: Duration = Duration::from_secs(120);
const MONTH: SignedDuration = SignedDuration::from_hours(31 * 24);
const SLOTS_MAX: u32 = 500;

/// What was timed, and what is required of its p99.
#[derive(Debug, Serialize)]
pub struct Row {
    pub what: &'static str,
    pub required_p99_ms: Option<f64>,
    pub ms: Quantiles,
}

/// The service and its database.
pub struct Stage {
    filled: Filled,
    service: Service,
    client: BookingServiceClient<Channel>,
    clock: Clock,
}

impl Stage {
    /// On this server, where a database that was filled before is used again. `tell` is told what takes long.
    pub async fn start(
        program: &Path,
        server: &str,
        appointments: u32,
        tell: impl FnOnce(&str),
    ) -> anyhow::Result<Self> {
        service_runtime::install_crypto_provider();
        let clock = Clock::system();
        let filled = filled::open(server, appointments, clock, tell).await?;
        let service = Service::start(program, &filled.url, HOLD_TTL, []).await?;
        let endpoint = Endpoint::from_shared(format!("http://{}", service.grpc))?;
        let client = BookingServiceClient::new(endpoint.connect().await?);
        Ok(Self { filled, service, client, clock })
    }

    /// Appointments that there are.
    pub const fn appointments(&self) -> i64 {
        self.filled.appointments
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        Ok(self.service.kill().await?)
    }

    /// A month of free slots, of ten people and of a hundred.
    pub async fn slots(&self, times: usize) -> anyhow::Result<Vec<Row>> {
        let (few, many) = (self.filled.service_of_ten, self.filled.service_of_all);
        Ok(vec![
            Row { what: "slots, 10 people × 31 days", required_p99_ms: Some(50.0), ms: self.month(few, times).await? },
            Row {
                what: "slots, 100 people × 31 days",
                required_p99_ms: Some(500.0),
                ms: self.month(many, times).await?,
            },
        ])
    }

    async fn month(&self, service: Uuid, times: usize) -> anyhow::Result<Quantiles> {
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let from = self.clock.now();
            let request = wire::FindSlotsRequest {
                tenant_id: self.filled.tenant.to_string(),
                service_id: service.to_string(),
                from: Some(to_wire_time(from)),
                to: Some(to_wire_time(from.checked_add(MONTH)?)),
                limit: SLOTS_MAX,
                ..<_>::default()
            };
            let began = Instant::now();
            let found = self.client.clone().find_slots(request).await?.into_inner();
            took.push(began.elapsed());
            ensure!(found.slots.len() > 100, "a month has free slots");
        }
        Ok(Quantiles::of(&took))
    }

    /// Holds and bookings of one caller alone, then of many at once.
    pub async fn commits(&self, times: usize, races: usize) -> anyhow::Result<Vec<Row>> {
        let free = self.filled.free(2 * times + races + CALLERS * races).await?;
        let (alone, rest) = free.split_at(times);
        let (held, rest) = rest.split_at(times);
        let (contested, apart) = rest.split_at(races);
        let (hold, book) = self.held(held).await?;
        Ok(vec![
            Row { what: "commit of a slot, alone", required_p99_ms: Some(200.0), ms: self.alone(alone).await? },
            Row { what: "hold of a slot, alone", required_p99_ms: None, ms: hold },
            Row { what: "commit of a hold, alone", required_p99_ms: Some(200.0), ms: book },
            Row {
                what: "answer, 32 callers on one slot",
                required_p99_ms: Some(1_000.0),
                ms: self.contested(contested).await?,
            },
            Row { what: "answer, 32 callers on 32 slots", required_p99_ms: None, ms: self.apart(apart).await? },
        ])
    }

    async fn alone(&self, free: &[Free]) -> anyhow::Result<Quantiles> {
        let mut took = Vec::new();
        for &free in free {
            let (won, time) = self.book(Uuid::new_v4(), What::Slot(self.choice(free))).await?;
            ensure!(won, "a free slot was refused");
            took.push(time);
        }
        Ok(Quantiles::of(&took))
    }

    /// As a call does it.
    async fn held(&self, free: &[Free]) -> anyhow::Result<(Quantiles, Quantiles)> {
        let (mut hold, mut book) = (Vec::new(), Vec::new());
        for &free in free {
            let session = Uuid::new_v4();
            let choice = self.choice(free);
            let request = wire::PlaceHoldRequest {
                tenant_id: self.filled.tenant.to_string(),
                session_id: session.to_string(),
                channel: WireChannel::Phone.into(),
                idempotency_key: Uuid::new_v4().to_string(),
                service_id: choice.service_id,
                staff_id: choice.staff_id,
                start: choice.start,
                further_services: Vec::new(),
            };
            let began = Instant::now();
            let outcome = self.client.clone().place_hold(request).await?.into_inner().outcome;
            hold.push(began.elapsed());
            let Some(place_hold_response::Outcome::Hold(held)) = outcome else {
                anyhow::bail!("a free slot was refused");
            };
            let (won, time) = self.book(session, What::HoldId(held.hold_id)).await?;
            ensure!(won, "a held slot was refused");
            book.push(time);
        }
        Ok((Quantiles::of(&hold), Quantiles::of(&book)))
    }

    async fn contested(&self, free: &[Free]) -> anyhow::Result<Quantiles> {
        let mut took = Vec::new();
        for &free in free {
            let callers = (0..CALLERS).map(|_| self.book(Uuid::new_v4(), What::Slot(self.choice(free))));
            let answers = try_join_all(callers).await?;
            ensure!(answers.iter().filter(|(won, _)| *won).count() == 1, "one of them has the slot");
            took.extend(answers.into_iter().map(|(_, time)| time));
        }
        Ok(Quantiles::of(&took))
    }

    /// Callers who want nothing of each other's.
    async fn apart(&self, free: &[Free]) -> anyhow::Result<Quantiles> {
        let mut took = Vec::new();
        for free in free.chunks(CALLERS) {
            let callers = free.iter().map(|&free| self.book(Uuid::new_v4(), What::Slot(self.choice(free))));
            took.extend(try_join_all(callers).await?.into_iter().map(|(_, time)| time));
        }
        Ok(Quantiles::of(&took))
    }

    fn choice(&self, free: Free) -> wire::SlotChoice {
        wire::SlotChoice {
            service_id: self.filled.service_of_all.to_string(),
            staff_id: free.staff.to_string(),
            start: Some(to_wire_time(free.start)),
            further_services: Vec::new(),
        }
    }

    /// Whether it was booked, and how long the answer took.
    async fn book(&self, session: Uuid, what: What) -> anyhow::Result<(bool, Duration)> {
        let client =
            wire::Client { name: "A Caller".to_owned(), email: format!("{session}@example.com"), ..<_>::default() };
        let request = wire::BookRequest {
            tenant_id: self.filled.tenant.to_string(),
            session_id: session.to_string(),
            channel: WireChannel::Phone.into(),
            idempotency_key: Uuid::new_v4().to_string(),
            client: Some(client),
            notes: String::new(),
            what: Some(what),
        };
        let began = Instant::now();
        let outcome = self.client.clone().book(request).await?.into_inner().outcome.context("an empty answer")?;
        Ok((matches!(outcome, book_response::Outcome::Appointment(_)), began.elapsed()))
    }
}

/// A person's free time.
#[derive(Debug, Clone, Copy)]
struct Free {
    staff: Uuid,
    start: Timestamp,
}
