//! Availability, pure: which starts can be had, and the reason when one cannot.

use booking_svc::booking::{
    availability::Availability,
    claim::Claim,
    error::Reason,
    local_time::{MinuteRange, WeekHours},
    rules::{DateException, Messages, Profile, Rules, Service, Speech, Staff},
    slot::{SlotChoice, Span, StaffChoice},
    visit::Visit,
};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use proptest::prelude::*;
use proto::id::{ServiceId, StaffId, TenantId};
use rstest::rstest;

use crate::support::at;

const NOW: &str = "2026-06-10T13:00:00Z";

fn range(start: u16, end: u16) -> MinuteRange {
    MinuteRange { start, end }
}

/// Monday to Friday 09:00–12:00 and 13:00–17:00 in New York; an hour's service on a half-hour grid; one person.
fn shop() -> Rules {
    let staff = Staff { id: StaffId::new(), name: "Ada".to_owned(), hours: None };
    let service = Service {
        id: ServiceId::new(),
        name: "Massage".to_owned(),
        description: String::new(),
        synonyms: Vec::new(),
        duration_minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        price_minor: 0,
        currency: "USD".to_owned(),
        slot_grid_minutes: 30,
        notice_minutes: 60,
        horizon_days: 30,
        staff: vec![staff.id],
        needs: Vec::new(),
    };
    let mut week = WeekHours::default();
    week[..5].fill(vec![range(540, 720), range(780, 1020)]);
    Rules {
        tenant: TenantId::new(),
        version: 1,
        profile: Profile {
            slug: "shop".to_owned(),
            name: "Shop".to_owned(),
            time_zone: "America/New_York".to_owned(),
            language: "en-US".to_owned(),
            greeting: String::new(),
            consent_sentence: String::new(),
            address: String::new(),
            web_address: String::new(),
            concurrent_calls_max: 5,
            phone_numbers: Vec::new(),
            recording_enabled: false,
            recording_retention_days: 30,
            change_notice_minutes: 0,
            barge_in_mode: String::new(),
            speech: Speech::default(),
            messages: Messages::default(),
        },
        zone: TimeZone::get("America/New_York").expect("zone data"),
        services: vec![service],
        staff: vec![staff],
        resources: Vec::new(),
        week,
        exceptions: Default::default(),
    }
}

fn ask<T>(
    rules: &Rules,
    claims: &[Claim],
    (from, to): (Timestamp, Timestamp),
    ask: impl FnOnce(&Availability<'_>) -> Result<T, Reason>,
) -> Result<T, Reason> {
    let now = at(NOW);
    let claims = claims.iter().copied().collect();
    let choice = SlotChoice {
        service: rules.services[0].id,
        staff: StaffChoice::Any,
        further: rules.services[1..].iter().map(|service| (service.id, StaffChoice::Any)).collect(),
        start: from,
    };
    ask(&Availability::new(rules, &Visit::of(rules, &choice)?, (from, to), &claims, now))
}

fn check(rules: &Rules, claims: &[Claim], start: Timestamp) -> Result<(), Reason> {
    ask(rules, claims, (start, start), |a| a.plan(start).map(|_| ()))
}

/// Local start times on a date.
fn starts_on(rules: &Rules, claims: &[Claim], day: Date) -> Vec<String> {
    let midnight = |d: Date| d.to_zoned_datetime(rules.zone.clone()).expect("a day").timestamp();
    let (from, to) = (midnight(day), midnight(day.tomorrow().expect("a day")));
    let slots = ask(rules, claims, (from, to), |a| a.slots(from, to, 500)).unwrap_or_default();
    slots.iter().map(|s| rules.zone.to_datetime(s.start).strftime("%H:%M").to_string()).collect()
}

fn claim(rules: &Rules, start: &str, end: &str) -> Claim {
    Claim { staff: rules.staff[0].id, during: Span { start: at(start), end: at(end) }, absence: false }
}

#[test]
fn slots_keep_inside_the_opening_hours_and_out_of_lunch() {
    let expected =
        ["09:00", "09:30", "10:00", "10:30", "11:00", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"];
    assert_eq!(starts_on(&shop(), &[], date(2026, 6, 11)), expected);
}

#[test]
fn a_claim_takes_every_start_whose_service_it_overlaps() {
    let rules = shop();
    let ten = claim(&rules, "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z");
    assert_eq!(starts_on(&rules, &[ten], date(2026, 6, 11))[..2], ["09:00", "11:00"]);
}

#[test]
fn buffers_keep_a_distance_from_other_claims_but_may_pass_closing() {
    let mut rules = shop();
    rules.services[0].buffer_before_minutes = 15;
    rules.services[0].buffer_after_minutes = 30;
    let ten = claim(&rules, "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z");
    let starts = starts_on(&rules, &[ten], date(2026, 6, 11));
    assert_eq!(
        starts[..1],
        ["13:00"],
        "09:00 would end at its neighbour, 11:00 would begin at it: both buffers are missing"
    );
    assert_eq!(starts.last().map(String::as_str), Some("16:00"), "the last hour's buffer lies after closing");
}

#[test]
fn the_least_busy_person_of_the_day_is_chosen() {
    let mut rules = shop();
    let second = Staff { id: StaffId::new(), name: "Bo".to_owned(), hours: None };
    rules.services[0].staff.push(second.id);
    rules.staff.push(second);
    let start = at("2026-06-11T18:00:00Z");
    let chosen = |claims: &[Claim]| ask(&rules, claims, (start, start), |a| a.slot(start)).expect("free").staff_name;
    assert_eq!(chosen(&[]), "Ada");
    assert_eq!(chosen(&[claim(&rules, "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z")]), "Bo");
}

#[test]
fn own_hours_are_somebody_elses_absence() {
    let mut rules = shop();
    let mut hours = WeekHours::default();
    hours[3] = vec![range(600, 660)];
    rules.staff[0].hours = Some(hours);
    assert_eq!(starts_on(&rules, &[], date(2026, 6, 11)), ["10:00"]);
    assert_eq!(check(&rules, &[], at("2026-06-12T14:00:00Z")), Err(Reason::StaffAway));
}

#[rstest]
#[case::free("2026-06-11T18:00:00Z", Ok(()))]
#[case::past("2026-06-10T12:00:00Z", Err(Reason::TooSoon))]
#[case::inside_the_notice_period("2026-06-10T13:30:00Z", Err(Reason::TooSoon))]
#[case::just_enough_notice("2026-06-10T14:00:00Z", Ok(()))]
#[case::last_bookable_day("2026-07-10T18:00:00Z", Ok(()))]
#[case::beyond_the_horizon("2026-07-13T18:00:00Z", Err(Reason::TooFar))]
#[case::weekend("2026-06-13T18:00:00Z", Err(Reason::Closed))]
#[case::night("2026-06-11T06:00:00Z", Err(Reason::Closed))]
#[case::reaches_into_lunch("2026-06-11T15:30:00Z", Err(Reason::Closed))]
#[case::off_the_grid("2026-06-11T18:10:00Z", Err(Reason::OffGrid))]
#[case::off_the_grid_by_a_second("2026-06-11T18:00:01Z", Err(Reason::OffGrid))]
#[case::taken("2026-06-11T14:30:00Z", Err(Reason::Taken))]
#[case::an_exceptional_closed_day("2026-06-15T18:00:00Z", Err(Reason::Closed))]
#[case::an_exceptional_saturday("2026-06-20T18:00:00Z", Ok(()))]
#[case::a_year_that_calendars_do_not_have("9999-12-30T18:00:00Z", Err(Reason::TooFar))]
fn the_refusing_rule_is_named(#[case] start: &str, #[case] expected: Result<(), Reason>) {
    let mut rules = shop();
    let closed = DateException { open: Vec::new(), reason: "inventory".to_owned() };
    let open = DateException { open: vec![range(780, 1020)], reason: "street fair".to_owned() };
    rules.exceptions.insert(date(2026, 6, 15), closed);
    rules.exceptions.insert(date(2026, 6, 20), open);
    let taken = claim(&rules, "2026-06-11T14:00:00Z", "2026-06-11T15:00:00Z");
    assert_eq!(check(&rules, &[taken], at(start)), expected);
}

#[test]
fn an_unknown_service_or_person_is_named() {
    let rules = shop();
    assert_eq!(rules.service(ServiceId::new()).expect_err("none"), Reason::UnknownService);
    let stranger = StaffChoice::Named(StaffId::new());
    assert_eq!(rules.performers(&rules.services[0], stranger).expect_err("none"), Reason::UnknownStaff);
}

#[test]
fn nine_oclock_stays_nine_oclock_over_a_change_of_clocks() {
    let mut rules = shop();
    rules.services[0].horizon_days = 365;
    for (day, first) in [(date(2026, 10, 30), "2026-10-30T13:00:00Z"), (date(2026, 11, 2), "2026-11-02T14:00:00Z")] {
        let from = day.to_zoned_datetime(rules.zone.clone()).expect("a day").timestamp();
        let slots = ask(&rules, &[], (from, from + SignedDuration::from_hours(24)), |a| {
            a.slots(from, from + SignedDuration::from_hours(24), 1)
        });
        assert_eq!(slots.expect("open")[0].start, at(first));
    }
}

#[test]
fn a_night_shop_loses_the_gaps_starts_and_gives_the_folds_twice() {
    let mut rules = shop();
    rules.week.fill(vec![range(0, 240)]);
    rules.services[0].duration_minutes = 30;
    rules.services[0].horizon_days = 365;
    let fold = starts_on(&rules, &[], date(2026, 11, 1));
    assert_eq!(fold[..6], ["00:00", "00:30", "01:00", "01:30", "01:00", "01:30"]);
    let gap = starts_on(&rules, &[], date(2027, 3, 14));
    assert_eq!(gap, ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]);
}

#[test]
fn an_appointment_may_pass_midnight_where_hours_touch() {
    let mut rules = shop();
    rules.week.fill(vec![range(0, 120), range(1320, 1440)]);
    assert_eq!(check(&rules, &[], at("2026-06-12T03:30:00Z")), Ok(()), "23:30 to 00:30");
    assert_eq!(check(&rules, &[], at("2026-06-12T05:30:00Z")), Err(Reason::Closed), "01:30 to 02:30");
}

prop_compose! {
    fn any_rules()(
        zone in prop::sample::select(vec!["America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
        opening in 0u16..1380,
        length in 30u16..900,
        duration in 5u16..150,
        before in 0u16..40,
        after in 0u16..40,
        grid in prop::sample::select(vec![5u16, 15, 20, 30, 45, 60]),
        notice in 0u32..600,
    ) -> Rules {
        let mut rules = shop();
        rules.zone = TimeZone::get(zone).expect("zone data");
        rules.week.fill(vec![range(opening, (opening + length).min(1440))]);
        let service = &mut rules.services[0];
        (service.duration_minutes, service.buffer_before_minutes, service.buffer_after_minutes) = (duration, before, after);
        (service.slot_grid_minutes, service.notice_minutes, service.horizon_days) = (grid, notice, 400);
        rules
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The list is exactly the minutes that the check lets pass, and none of them touches a claim.
    #[test]
    fn the_list_agrees_with_the_check(
        rules in any_rules(),
        day in prop::sample::select(vec!["2026-06-11T00:00:00Z", "2026-11-01T00:00:00Z", "2027-03-14T00:00:00Z", "2026-10-03T12:00:00Z"]),
        busy in prop::collection::vec((0i64..2880, 1i64..180), 0..6),
    ) {
        let from = at(day);
        let to = from + SignedDuration::from_hours(36);
        let claims: Vec<Claim> = busy.into_iter().filter_map(|(start, length)| {
            let start = from.checked_add(SignedDuration::from_mins(start)).ok()?;
            Some(Claim { staff: rules.staff[0].id, during: Span::starting(start, SignedDuration::from_mins(length))?, absence: length % 7 == 0 })
        }).collect();
        let (listed, passed) = ask(&rules, &claims, (from, to), |a| {
            let listed: Vec<Timestamp> = a.slots(from, to, usize::MAX).unwrap_or_default().iter().map(|s| s.start).collect();
            let minutes = (0..36 * 60).map(|m| from + SignedDuration::from_mins(m));
            Ok((listed, minutes.filter(|m| a.plan(*m).is_ok()).collect::<Vec<_>>()))
        }).expect("a known service");
        prop_assert_eq!(&listed, &passed);
        for start in listed {
            let blocked = rules.services[0].blocked(&rules.services[0].span(start).expect("in range")).expect("in range");
            prop_assert!(claims.iter().all(|c| !c.during.overlaps(&blocked)));
        }
    }
}
