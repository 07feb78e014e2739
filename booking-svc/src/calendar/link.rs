//! Linking people to their calendars, and unlinking them.
//!
//! With the installation's own account a calendar is linked at once: its owner has shared it. For a calendar of an account of
//! their own, its owner is asked in their browser, and the answer comes back with a one-use state that says for whom.

use proto::id::{StaffId, TenantId};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::PgConnection;

use super::{Calendars, google::GoogleError, landing, seal::Sealed};
use crate::{
    desk::DeskError,
    store::{
        calendar::{
            authorizations,
            links::{self, Link, NewLink, StoredAccess},
            looks,
        },
        error::StoreError,
        tenancy::Sees,
        token,
        transaction::{self, LockKeys, Verdict, Write},
    },
};

/// Where the owner's browser comes back to; registered at Google with the client.
pub const CALLBACK_PATH: &str = "/api/v1/google-calendar/callback";
const CONSENT_URL: &str = "https://accounts.google.com/o/oauth2/v2/auth";
const SCOPE: &str = "https://www.googleapis.com/auth/calendar.events";
const CALENDAR_ID_MAX: usize = 254;

/// Whose calendar it is to be.
#[derive(Debug, Clone, Copy)]
pub struct Connecting<'a> {
    pub tenant: TenantId,
    pub staff: StaffId,
    pub calendar: &'a str,
    pub shows_clients: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("this installation is not set up for it: see docs/calendar.md")]
    NotSetUp,
    #[error("the business has no such person")]
    UnknownStaff,
    #[error("google_calendar_id: expected 1 to 254 characters without spaces")]
    CalendarId,
    #[error("this question is too old, or was answered: ask again")]
    UnknownState,
    #[error("Google did not let us in: {0}")]
    Google(#[from] GoogleError),
    #[error(transparent)]
    Sealed(#[from] Sealed),
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for LinkError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Calendars {
    /// Links a calendar that is shared with the installation's account.
    pub async fn link(&self, wanted: &Connecting<'_>) -> Result<(), LinkError> {
        self.check(wanted).await?;
        let google = self.google.as_ref().ok_or(LinkError::NotSetUp)?;
        if google.settings().service_account.is_none() {
            return Err(LinkError::NotSetUp);
        }
        self.connect(wanted, &StoredAccess::ServiceAccount).await
    }

    pub async fn linked(&self, tenant: TenantId, staff: StaffId) -> Result<Option<Link>, DeskError> {
        Ok(links::find(&mut *self.desk.reading(tenant).await?, tenant, staff).await?)
    }

    /// False: there was none.
    pub async fn unlink(&self, tenant: TenantId, staff: StaffId) -> Result<bool, DeskError> {
        let Some(link) = self.linked(tenant, staff).await? else { return Ok(false) };
        self.stop_channel_of(&link).await;
        Ok(transaction::write(self.desk.pool(), &Unlink { tenant, staff }).await?)
    }

    /// False: there is none.
    pub async fn resume(&self, tenant: TenantId, staff: StaffId) -> Result<bool, DeskError> {
        Ok(looks::resume(self.desk.pool(), tenant, staff).await?)
    }

    /// The address at which the calendar's owner lets us in.
    pub async fn ask_owner(&self, wanted: &Connecting<'_>) -> Result<String, LinkError> {
        self.check(wanted).await?;
        let client = self.google.as_ref().and_then(|google| google.settings().oauth.as_ref());
        let (Some(client), Some(redirect_uri)) = (client, self.redirect_uri()) else { return Err(LinkError::NotSetUp) };
        // The business comes first, since the browser has no key of it.
        let secret = token::create("ca_");
        authorizations::ask(self.desk.pool(), wanted, token::hash(&secret)).await?;
        let state = format!("{}.{}", wanted.tenant, secret.expose_secret());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", client.id.as_str()),
                ("redirect_uri", &redirect_uri),
                ("response_type", "code"),
                ("scope", SCOPE),
                // A refresh token comes with the first consent only, unless it is asked for each time.
                ("access_type", "offline"),
                ("prompt", "consent"),
                ("state", &state),
            ])
            .finish();
        Ok(format!("{CONSENT_URL}?{query}"))
    }

    /// The owner has let us in: links their calendar.
    pub async fn let_in(&self, state: &SecretString, code: &SecretString) -> Result<(), LinkError> {
        let (tenant, secret) = state.expose_secret().split_once('.').ok_or(LinkError::UnknownState)?;
        let tenant: TenantId = tenant.parse().map_err(|_| LinkError::UnknownState)?;
        let hash = token::hash(&SecretString::from(secret));
        let asked = authorizations::take(self.desk.pool(), tenant, hash).await?.ok_or(LinkError::UnknownState)?;
        let (Some(google), Some(redirect_uri), Some(key)) = (&self.google, self.redirect_uri(), &self.sealing) else {
            return Err(LinkError::NotSetUp);
        };
        let refresh_token = google.let_in(code, &redirect_uri).await?;
        let access = StoredAccess::Account(key.seal(asked.staff, &refresh_token)?);
        let authorizations::Asked { staff, calendar, shows_clients } = &asked;
        let wanted = Connecting { tenant, staff: *staff, calendar, shows_clients: *shows_clients };
        self.connect(&wanted, &access).await
    }

    async fn connect(&self, wanted: &Connecting<'_>, access: &StoredAccess) -> Result<(), LinkError> {
        let Connecting { tenant, staff, calendar, shows_clients } = *wanted;
        links::connect(self.desk.pool(), &NewLink { tenant, staff, calendar, access, shows_clients }).await?;
        Ok(())
    }

    async fn check(&self, wanted: &Connecting<'_>) -> Result<(), LinkError> {
        let strange = |c: char| c.is_whitespace() || c.is_control();
        if wanted.calendar.is_empty() || wanted.calendar.len() > CALENDAR_ID_MAX || wanted.calendar.contains(strange) {
            return Err(LinkError::CalendarId);
        }
        let rules = self.desk.rules(wanted.tenant).await?;
        let known = rules.staff.iter().any(|person| person.id == wanted.staff);
        if known { Ok(()) } else { Err(LinkError::UnknownStaff) }
    }

    fn redirect_uri(&self) -> Option<String> {
        Some(format!("{}{CALLBACK_PATH}", self.public_url.as_ref()?))
    }
}

/// Frees the time that came from a calendar, with the link.
struct Unlink {
    tenant: TenantId,
    staff: StaffId,
}

impl Write for Unlink {
    type Answer = bool;
    const NAME: &'static str = "unlink_calendar";

    fn sees(&self) -> Sees {
        Sees::Tenant(self.tenant)
    }

    fn locks(&self) -> LockKeys {
        LockKeys::default().resource(self.tenant, self.staff.as_uuid())
    }

    async fn attempt(&self, tx: &mut PgConnection) -> Result<Verdict<bool>, StoreError> {
        landing::take_off(tx, self.tenant, self.staff).await?;
        Ok(Verdict::Commit(links::disconnect(tx, self.staff).await?))
    }
}
