//! Telephone numbers as people of the country say them, made whole.

/// A number without its country, or without its area too, in E.164: what it lacks is what the business's own number begins
/// with. None when nothing tells.
pub fn whole(said: &str, own: &str) -> Option<String> {
    if said.starts_with('+') {
        return Some(said.to_owned());
    }
    let own = own.strip_prefix('+')?;
    // The zero before an area is not dialled from abroad.
    let national = said.strip_prefix('0').unwrap_or(said);
    let lacks = own.len().checked_sub(national.len())?;
    let begin = own.get(..lacks)?;
    let is_whole = lacks == 0 && national.get(..1) == own.get(..1);
    (lacks > 0 || is_whole).then(|| format!("+{begin}{national}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::whole;

    #[rstest]
    #[case("2125550199", "+12125550100", Some("+12125550199"))]
    #[case("5550199", "+12125550100", Some("+12125550199"))]
    #[case("12125550199", "+12125550100", Some("+12125550199"))]
    #[case("911234567", "+34911234000", Some("+34911234567"))]
    #[case("02079460958", "+442079460000", Some("+442079460958"))]
    #[case("+4930123456", "+12125550100", Some("+4930123456"))]
    #[case("4930123456789", "+12125550100", None)]
    #[case("2125550199", "", None)]
    fn numbers_are_made_whole(#[case] said: &str, #[case] own: &str, #[case] expected: Option<&str>) {
        assert_eq!(whole(said, own).as_deref(), expected);
    }
}
