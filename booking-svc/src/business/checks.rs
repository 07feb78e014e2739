//! What has to fit together in a business's file.

use std::collections::BTreeSet;

use super::{
    Malformed,
    file::{File, Name, Week},
};

pub fn check(file: &File) -> Result<(), Malformed> {
    let staff = names(file.staff.iter().map(|person| &person.name), "person")?;
    let resources = names(file.resources.iter().map(|resource| &resource.name), "resource")?;
    names(file.services.iter().map(|service| &service.name), "service")?;
    for service in &file.services {
        for person in &service.staff {
            known(person, &staff, "nobody of this name is in `staff`")?;
        }
        for resource in &service.needs {
            known(resource, &resources, "nothing of this name is in `resources`")?;
        }
        if service.staff.is_empty() {
            return Err(at(&service.name, "nobody performs it: name who does in its `staff`"));
        }
    }
    week(&file.hours, "hours")?;
    for person in &file.staff {
        if let Some(hours) = &person.hours {
            week(hours, &person.name.value.0)?;
        }
    }
    Ok(())
}

/// The names of a list, each of which is there once.
fn names<'a>(list: impl Iterator<Item = &'a Name>, what: &str) -> Result<BTreeSet<&'a str>, Malformed> {
    let mut names = BTreeSet::new();
    for name in list {
        if !names.insert(name.value.0.as_str()) {
            return Err(at(name, &format!("a {what} of this name is above")));
        }
    }
    Ok(names)
}

fn known(name: &Name, names: &BTreeSet<&str>, otherwise: &str) -> Result<(), Malformed> {
    if names.contains(name.value.0.as_str()) { Ok(()) } else { Err(at(name, otherwise)) }
}

/// Each weekday is named once.
fn week(week: &Week, whose: &str) -> Result<(), Malformed> {
    let mut seen = BTreeSet::new();
    let twice = week.keys().flat_map(|days| days.first..=days.last).find(|day| !seen.insert(*day));
    match twice {
        None => Ok(()),
        Some(_) => Err(Malformed(format!("{whose}: a weekday is named twice"))),
    }
}

fn at(name: &Name, what: &str) -> Malformed {
    Malformed(format!("line {}: {}: {what}", name.referenced.line(), name.value))
}
