// The commands of those who answer for an app, and of those who write it: before go-live, its switch, its audit trail.
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include "wardctl/line.hpp"

namespace wardend::wardctl {

void Line::add_verify() {
  auto* verify =
      add(app, "verify", "compare what an app needs with what a server declares", [this](const Context& context) {
        verify_.documents = offline_ ? Documents::saved : Documents::of_the_server;
        return run_verify(context, verify_);
      });
  verify->add_option("app", verify_.app, "the app")->required();
  verify->add_option("where", verify_.where, "the server, needed when there are several; with --offline the folder");
  auto* offline = verify->add_flag("--offline", offline_,
                                   "with saved documents: smart-configuration.json and metadata.json in a folder");
  verify->add_option("--server", verify_.server, "with --offline: whose documents they are");
  verify->add_option("--config", verify_.config, "with --offline: the configuration file")
      ->needs(offline)
      ->capture_default_str();
  verify->add_option("--markdown", verify_.markdown, "write a report into this new file too");
}

void Line::add_rehearse() {
  auto* rehearse = add(app, "rehearse", "play the go-live test plan with a service and an EHR of its own",
                       [this](const Context& context) { return run_rehearse(context, rehearse_); });
  rehearse->add_option("app", rehearse_.app, "the app")->required();
  rehearse->add_option("server", rehearse_.server, "the server, needed when the app has several");
  rehearse->add_option("--config", rehearse_.config, "the configuration file")->capture_default_str();
  rehearse->add_option("--like", rehearse_.like,
                       "the server that the EHR is like; `wardend-sandbox --list-profiles` names them");
  rehearse->add_option("--only", rehearse_.only, "only this step; may be given several times")
      ->check(CLI::IsMember(rehearsal_steps()));
  rehearse->add_option("--markdown", rehearse_.markdown, "write a report into this new file too");
}

void Line::add_dev() {
  auto* dev = add(app, "dev", "run a broker and a simulated EHR for an app that you write, until Ctrl-C",
                  [this](const Context& context) { return run_dev(context, dev_); });
  dev->add_option("app", dev_.app, "the app; an example named vitals, where no file is given");
  auto* server = dev->add_option("server", dev_.server, "the server, needed when the app has several");
  auto* config = dev->add_option("--config", dev_.config, "the file with your [[app]] and its [[server]]");
  server->needs(config);
  dev->add_option("--like", dev_.like, "the server that the EHR is like; `wardend-sandbox --list-profiles` names them");
}

void Line::add_launches() {
  auto* launches = add(app, "launches", "show what launches of an app have brought so far, and how they ended",
                       [this](const Context& context) { return run_launches(context, launches_); });
  launches->add_option("app", launches_.app, "only of this app");
  launches->add_option("server", launches_.server, "only at this server");
}

void Line::add_scopes() {
  auto* scopes = add(app, "scopes", "show what each scope of an app covers, and who approved it",
                     [this](const Context& context) { return run_scopes(context, scopes_); });
  scopes->add_option("app", scopes_.app, "the app")->required();
  scopes->add_option("--config", scopes_.config, "the configuration file")->capture_default_str();
}

void Line::add_app() {
  auto* group = app.add_subcommand("app", "switch an app off, or on again")->fallthrough()->require_subcommand(1);
  const auto turn = [this](Switch position) {
    return [this, position](const Context& context) {
      app_.position = position;
      return run_app(context, app_);
    };
  };
  auto* disable = add(*group, "disable", "switch an app off at once, until it is enabled", turn(Switch::off));
  auto* enable = add(*group, "enable", "switch an app on again", turn(Switch::on));
  disable->add_option("app", app_.app, "the app")->required();
  disable->add_option("--reason", app_.reason, "why: for its users and the audit trail")->required();
  enable->add_option("app", app_.app, "the app")->required();
  enable->add_option("--reason", app_.reason, "why, for the audit trail");
}

void Line::add_audit() {
  auto* audit = app.add_subcommand("audit", "look at the audit trail")->fallthrough()->require_subcommand(1);
  auto* verify = add(*audit, "verify", "check that no entry was changed or lost",
                     [this](const Context& context) { return run_audit_verify(context, audit_place_); });
  verify->add_option("--file", audit_place_.file, "the trail's file, where it is not the usual one");
  verify->add_option("--state-dir", audit_place_.state_dir, "where the anchor lies")->capture_default_str();
  verify->add_option("--anchor", audit_place_.anchor, "instead: NUMBER:HASH, as the journal has it");
  const auto ask_for = [this](CLI::App& command) {
    command.add_option("--since", audit_.since, "from this time on: 2h, 08:15, 2026-11-29, \"2026-11-29 08:15\"");
    command.add_option("--until", audit_.until, "before this time");
    command.add_option("--patient", audit_.patient, "about this patient");
    command.add_option("--app", audit_.app, "of this app");
    command.add_option("--user", audit_.user, "of this Unix user, or of whom the EHR calls so");
    command.add_option("--file", audit_.file, "the trail's file, where it is not the usual one");
  };
  ask_for(*add(*audit, "show", "print entries",
               [this](const Context& context) { return run_audit_show(context, audit_); }));
  auto* out = add(*audit, "export", "print entries in another format", [this](const Context& context) {
    return run_audit_export(context, audit_,
                            {.form = fhir_ ? AuditForm::fhir : AuditForm::csv,
                             .people = redact_ ? People::pseudonyms : People::as_they_are});
  });
  ask_for(*out);
  auto* fhir = out->add_flag("--fhir", fhir_, "as FHIR AuditEvents by IHE BALP, one a line");
  out->add_flag("--csv", csv_, "as comma-separated values, which is the default")->excludes(fhir);
  out->add_flag("--redact", redact_, "with pseudonyms for people and records, for a support bundle");
  auto* reconcile = add(*audit, "reconcile", "compare the trail with AuditEvents that the server has exported",
                        [this](const Context& context) {
                          reconcile_.query = audit_;
                          return run_audit_reconcile(context, reconcile_);
                        });
  reconcile->add_option("events", reconcile_.file, "the server's events: NDJSON, a Bundle or a list")->required();
  reconcile->add_option("--window", reconcile_.window, "how far apart both may have the time of the same request")
      ->capture_default_str();
  reconcile->add_option("--since", audit_.since, "from this time on, as for show");
  reconcile->add_option("--until", audit_.until, "before this time");
  reconcile->add_option("--app", audit_.app, "of this app, of which the server's events must be");
  reconcile->add_option("--file", audit_.file, "the trail's file, where it is not the usual one");
}

}  // namespace wardend::wardctl
