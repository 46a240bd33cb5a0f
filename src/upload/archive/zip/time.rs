//! When an entry of a ZIP file was last changed, in the three forms that there are.

use std::time::{Duration, SystemTime};

use chrono::{Local, NaiveDate};

use super::bytes::Bytes;

/// The form that every entry has: local time in steps of two seconds. The packer's zone is not known, so
/// ours stands for it; an hour that a clock repeats is taken for the earlier, one that it skips for none.
pub(super) fn from_dos(date: u16, time: u16) -> Option<SystemTime> {
    let day = NaiveDate::from_ymd_opt(
        1980 + i32::from(date >> 9),
        u32::from(date >> 5 & 15),
        u32::from(date & 31),
    )?;
    let moment = day.and_hms_opt(
        u32::from(time >> 11),
        u32::from(time >> 5 & 63),
        u32::from(time & 31) * 2,
    )?;
    Some(moment.and_local_timezone(Local).earliest()?.into())
}

/// Seconds since the epoch. Before it lies no file that a person packs; what would, wrapped.
pub(super) fn from_unix(seconds: u32) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds.into()))
}

/// The data of the NTFS extra field: attributes, of which the first holds the times.
pub(super) fn from_ntfs_field(mut data: Bytes<'_>) -> Option<SystemTime> {
    let _reserved = data.u32();
    let (tag, length) = (data.u16(), data.u16());
    if tag != 1 || length < 8 || data.0.len() < 8 {
        return None;
    }
    from_ntfs(data.u64())
}

/// Steps of 100 ns since the year 1601.
pub(in super::super) fn from_ntfs(ticks: u64) -> Option<SystemTime> {
    const TO_UNIX: u64 = 11_644_473_600;
    let seconds = (ticks / 10_000_000).checked_sub(TO_UNIX)?;
    let nanos = u32::try_from(ticks % 10_000_000 * 100).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_agree_on_the_epoch() {
        assert_eq!(from_unix(0), Some(SystemTime::UNIX_EPOCH));
        assert_eq!(
            from_ntfs(116_444_736_000_000_000),
            Some(SystemTime::UNIX_EPOCH)
        );
        assert_eq!(from_ntfs(0), None);
    }

    #[test]
    fn a_date_that_is_none_is_no_time() {
        assert_eq!(from_dos(0, 0), None);
        assert_eq!(from_dos(0xffff, 0xffff), None);
        assert!(from_dos(0b0000_0000_0010_0001, 0).is_some());
    }
}
