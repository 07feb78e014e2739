//! The gateway's own figures, from its `/metrics`.

use std::time::Duration;

/// What `/metrics` said at one moment.
pub struct Metrics(String);

impl Metrics {
    pub async fn read(base_url: &str) -> Result<Self, reqwest::Error> {
        Ok(Self(reqwest::get(format!("{base_url}/metrics")).await?.text().await?))
    }

    /// A metric's value over all its labels; one that is not there yet is 0.
    pub fn sum(&self, name: &str) -> f64 {
        self.values(name, "").sum()
    }

    /// Of what a histogram in milliseconds recorded in the last minute.
    pub fn quantile(&self, name: &str, quantile: &str) -> Option<Duration> {
        let ms = self.values(name, &format!("quantile=\"{quantile}\"")).reduce(f64::max)?;
        Duration::try_from_secs_f64(ms / 1_000.0).ok()
    }

    /// Of the lines with this name and this label.
    fn values<'m>(&'m self, name: &'m str, label: &str) -> impl Iterator<Item = f64> + use<'m> {
        let label = label.to_owned();
        let lines = self.0.lines().filter_map(move |line| line.strip_prefix(name));
        let lines = lines.filter(move |rest| rest.starts_with([' ', '{']) && rest.contains(&label));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name_and_label() {
        let text = "# TYPE calls gauge\ncalls 3\ncalls_lost{why=\"a\"} 1\ncalls_lost{why=\"b\"} 2\n\
                    wait_ms{quantile=\"0.5\"} 1.5\nwait_ms{quantile=\"0.99\"} 4\nwait_ms_sum 9\n";
        let metrics = Metrics(text.to_owned());
        assert_eq!([metrics.sum("calls"), metrics.sum("calls_lost"), metrics.sum("none")].map(|n| n as u32), [3, 3, 0]);
        assert_eq!(metrics.quantile("wait_ms", "0.99"), Some(Duration::from_millis(4)));
        assert_eq!(metrics.quantile("wait_ms", "0.9"), None);
    }
}
