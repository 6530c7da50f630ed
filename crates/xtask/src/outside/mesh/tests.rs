use super::*;

#[test]
fn the_page_is_mended_once_and_another_text_is_refused() {
    let page = std::env::temp_dir().join(format!("comity-page-{}.py", std::process::id()));
    let read = || fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("rows = [\n    {PUBLISHED}\n]\n")).unwrap();
    mend(&page).unwrap();
    assert_eq!(read(), format!("rows = [\n    {MENDED}\n]\n"));
    mend(&page).unwrap();
    assert_eq!(read(), format!("rows = [\n    {MENDED}\n]\n"));
    fs::write(&page, "rows = []\n").unwrap();
    assert!(mend(&page).unwrap_err().to_string().contains("not the published one"));
    assert_eq!(read(), "rows = []\n");
    fs::remove_file(&page).unwrap();
}
