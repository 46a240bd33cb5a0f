//! Archives and workbooks, made for the tests that give them to the program.

use std::io::Write;

use zip::write::SimpleFileOptions;

/// A ZIP archive of `entries`.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let mode = if name.ends_with(".sh") { 0o755 } else { 0o644 };
        let options = SimpleFileOptions::default().unix_permissions(mode);
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A workbook; each sheet has a name and rows of text cells.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let (mut list, mut relations, mut kinds, mut parts) =
        (String::new(), String::new(), String::new(), Vec::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let n = i + 1;
        list += &format!("<sheet name='{name}' sheetId='{n}' r:id='s{n}'/>");
        relations += &format!(
            "<Relationship Id='s{n}' Type='{OFFICE}/worksheet' Target='worksheets/sheet{n}.xml'/>"
        );
        kinds += &format!(
            "<Override PartName='/xl/worksheets/sheet{n}.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml'/>"
        );
        let mut cells = String::new();
        for (r, row) in rows.iter().enumerate() {
            cells += &format!("<row r='{}'>", r + 1);
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", char::from(b'A' + c as u8), r + 1);
                cells += &match cell.parse::<f64>() {
                    Ok(number) => format!("<c r='{at}'><v>{number}</v></c>"),
                    Err(_) => format!("<c r='{at}' t='inlineStr'><is><t>{cell}</t></is></c>"),
                };
            }
            cells += "</row>";
        }
        parts.push((
            format!("xl/worksheets/sheet{n}.xml"),
            format!("<worksheet xmlns='{MAIN}'><sheetData>{cells}</sheetData></worksheet>"),
        ));
    }
    parts.extend([
        (
            "[Content_Types].xml".into(),
            format!("<Types xmlns='{PACKAGE}/content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/>{kinds}</Types>"),
        ),
        (
            "_rels/.rels".into(),
            format!("<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='r' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
        ),
        (
            "xl/workbook.xml".into(),
            format!("<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".into(),
            format!("<Relationships xmlns='{PACKAGE}/relationships'>{relations}</Relationships>"),
        ),
    ]);
    let parts: Vec<_> = parts
        .iter()
        .map(|(n, text)| (&**n, text.as_bytes()))
        .collect();
    zip(&parts)
}
