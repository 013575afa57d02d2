// The command line as the parser has it: each command with its options, and what carries it out.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "wardctl/commands.hpp"

namespace wardend::wardctl {

// The command that was named. The values are filled in by the parser, so a Line must not move.
class Line {
 public:
  Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  CLI::App app{"The command line of wardend, the token broker of this workstation", "wardctl"};
  std::string broker_socket = "/run/wardend/broker.sock";
  std::string control_socket = "/run/wardend/control.sock";
  std::string lock_socket = "/run/wardend/lock.sock";
  std::string fhir_socket = "/run/wardend/fhir.sock";
  bool json = false;
  std::function<ExitCode(const Context&)> run;

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* what,
                std::function<ExitCode(const Context&)> carry_out);
  void add_for_apps();
  void add_fhir();
  void add_for_operators();
  void add_accept();
  void add_verify();
  void add_rehearse();
  void add_dev();
  void add_launches();
  void add_scopes();
  void add_app();
  void add_audit();
  void add_hidden();
  void add_without_broker();

  LaunchOptions launch_;
  bool no_browser_ = false;
  TokenOptions token_;
  bool header_ = false;
  FhirOptions fhir_request_;
  bool include_ = false;
  std::string session_;
  MaybeText server_;
  LockOptions lock_;
  ClearOptions clear_;
  VerifyOptions verify_;
  bool offline_ = false;
  RehearseOptions rehearse_;
  DevOptions dev_;
  LaunchesOptions launches_;
  ScopesOptions scopes_;
  AppOptions app_;
  AcceptOptions accept_;
  SupportBundleOptions bundle_;
  AuditPlace audit_place_;
  AuditQuery audit_;
  ReconcileOptions reconcile_;
  bool fhir_ = false, csv_ = false, redact_ = false;
  std::string file_, shell_, kind_;
  bool markdown_ = false;
};

}  // namespace wardend::wardctl
