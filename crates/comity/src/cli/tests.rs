use clap::CommandFactory as _;

use super::Cli;

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn help_shows_the_exit_statuses() {
    let help = Cli::command().render_help().to_string();
    assert!(help.contains("Exit status:") && help.contains("2  unusable"), "{help}");
}
