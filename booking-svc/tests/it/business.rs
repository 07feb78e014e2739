//! A business's file into the database.

use booking_svc::{
    booking::rules::Rules,
    business::{self, ImportError},
    demo,
    store::catalog::Catalog,
};
use jiff::civil::date;
use sqlx::PgPool;

const EXAMPLE: &str = include_str!("../../../docs/business.example.yaml");

async fn texts(pool: &PgPool, query: &'static str) -> Vec<String> {
    sqlx::query_scalar(query).fetch_all(pool).await.expect("rows")
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn an_import_says_what_the_file_says_and_a_second_one_changes_it(pool: PgPool) {
    let today = date(2026, 11, 28);
    let file = business::read(EXAMPLE).expect("well-formed");
    let first = business::import(&pool, &file, today).await.expect("imported");
    assert!(first.new);
    let hours = "SELECT format('%s %s-%s', weekday, start_minute, end_minute) FROM opening_hours ORDER BY 1";
    assert_eq!(texts(&pool, hours).await.len(), 9);
    let dates = "SELECT format('%s %s %s', date, reason, open) FROM date_exceptions ORDER BY date";
    assert_eq!(
        texts(&pool, dates).await,
        [
            "2026-12-25 Christmas Day {}",
            "2027-07-02 the day before the holiday {\"[540,720)\"}",
            "2027-12-25 Christmas Day {}",
            "2028-12-25 Christmas Day {}"
        ]
    );
    let needs = "SELECT format('%s: %s', s.name, r.name) FROM service_resources n JOIN services s ON s.id = n.service_id \
                 JOIN resources r ON r.id = n.resource_id ORDER BY 1";
    assert_eq!(texts(&pool, needs).await.len(), 3);

    let without_ben = EXAMPLE.replace("Ben Okafor", "Cleo Park").replace("price: 45 ", "price: 50 ");
    let file = business::read(&without_ben).expect("well-formed");
    let second = business::import(&pool, &file, today).await.expect("imported");
    assert_eq!((second.tenant, second.new), (first.tenant, false));
    let staff = "SELECT format('%s %s', name, active) FROM staff ORDER BY name";
    assert_eq!(texts(&pool, staff).await, ["Ana Ruiz t", "Ben Okafor f", "Cleo Park t"]);
    let prices = "SELECT format('%s %s', name, price_minor) FROM services WHERE active ORDER BY name";
    assert_eq!(texts(&pool, prices).await, ["Consultation 5000", "Laser treatment 18950"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn another_business_s_number_is_left_to_it_and_nothing_is_written(pool: PgPool) {
    let today = date(2026, 11, 28);
    demo::seed(&pool, today).await.expect("demonstration businesses");
    let taken = EXAMPLE.replace("+14155550166", demo::SALON_NUMBER);
    let file = business::read(&taken).expect("well-formed");
    let refused = business::import(&pool, &file, today).await;
    assert!(matches!(refused, Err(ImportError::ForeignNumber(_))), "{refused:?}");
    assert_eq!(texts(&pool, "SELECT slug FROM tenants ORDER BY slug").await.len(), 3);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn a_demonstration_business_that_was_changed_stays_so(pool: PgPool) {
    let today = date(2026, 11, 28);
    demo::seed(&pool, today).await.expect("demonstration businesses");
    sqlx::query("UPDATE tenants SET name = 'Mine' WHERE slug = $1")
        .bind(demo::SALON)
        .execute(&pool)
        .await
        .expect("changed");
    demo::seed(&pool, today).await.expect("demonstration businesses");
    assert_eq!(texts(&pool, "SELECT name FROM tenants WHERE slug = 'harmony-wellness'").await, ["Mine"]);
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn what_is_shown_of_a_business_is_a_file_that_means_the_same(pool: PgPool) {
    let today = date(2026, 11, 28);
    demo::seed(&pool, today).await.expect("demonstration businesses");
    let example =
        business::import(&pool, &business::read(EXAMPLE).expect("well-formed"), today).await.expect("imported");
    let tenants = [demo::SALON, demo::GARAGE, demo::CLINIC].map(demo::tenant_id);
    for tenant in tenants.into_iter().chain([example.tenant]) {
        let catalog = Catalog::new(pool.clone());
        let before = catalog.rules(tenant).await.expect("an answer").expect("a business");
        let shown = business::to_yaml(&before);
        let file = business::read(&shown).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        assert!(!business::import(&pool, &file, today).await.expect("imported").new);
        let after = catalog.rules(tenant).await.expect("an answer").expect("a business");
        assert_ne!(before.version, after.version, "it was written");
        let rules = |rules: &Rules| format!("{:#?}", Rules { version: 0, ..rules.clone() });
        assert_eq!(rules(&before), rules(&after), "{shown}");
    }
}
