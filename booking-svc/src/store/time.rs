//! Instants and dates on their way to and from PostgreSQL, in its own binary form: microseconds and days since 2000.

use jiff::{Timestamp, civil::Date};
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueFormat, PgValueRef, types::Oid},
};

/// 2000-01-01T00:00:00Z in microseconds since the Unix epoch.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;
const POSTGRES_EPOCH: Date = jiff::civil::date(2000, 1, 1);
// Fixed in PostgreSQL's pg_type.dat.
const TIMESTAMPTZ: Oid = Oid(1184);
const TIMESTAMPTZ_ARRAY: Oid = Oid(1185);
const DATE: Oid = Oid(1082);

/// A `timestamptz`. PostgreSQL keeps microseconds: what is finer is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlTime(pub Timestamp);

/// A `date`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlDate(pub Date);

impl Type<Postgres> for SqlTime {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ)
    }
}

impl PgHasArrayType for SqlTime {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TIMESTAMPTZ_ARRAY)
    }
}

impl Encode<'_, Postgres> for SqlTime {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = self.0.as_microsecond().checked_sub(POSTGRES_EPOCH_MICROS).ok_or("time out of range")?;
        Encode::<Postgres>::encode(micros, buffer)
    }
}

impl Decode<'_, Postgres> for SqlTime {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        if value.format() == PgValueFormat::Text {
            return Err("a time in text form: use a prepared statement".into());
        }
        let micros: i64 = Decode::<Postgres>::decode(value)?;
        let micros = micros.checked_add(POSTGRES_EPOCH_MICROS).ok_or("time out of range")?;
        Ok(Self(Timestamp::from_microsecond(micros)?))
    }
}

impl Type<Postgres> for SqlDate {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(DATE)
    }
}

impl Encode<'_, Postgres> for SqlDate {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = (self.0 - POSTGRES_EPOCH).get_days();
        Encode::<Postgres>::encode(days, buffer)
    }
}

impl Decode<'_, Postgres> for SqlDate {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        if value.format() == PgValueFormat::Text {
            return Err("a date in text form: use a prepared statement".into());
        }
        let days: i32 = Decode::<Postgres>::decode(value)?;
        Ok(Self(POSTGRES_EPOCH.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}
