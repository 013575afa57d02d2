// Input: the wanted scopes on the first line, the granted ones on the next.
#include "protocol/smart/scope.hpp"

#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using smart::ScopeSet;
using smart::ScopeSyntax;

void check_set(const ScopeSet& set) {
  require(ScopeSet(set.text()).list() == set.list(), "a set is what its text says");
  for (const std::string& scope : set.list()) {
    require(!scope.empty() && !scope.contains(' '), "a scope is one word");
    require(set.contains(scope) && set.covers(scope), "a set covers its members");
    require(!smart::valid_scope(scope) || !has_control(scope), "a valid scope is printable");
  }
  require(smart::missing_scopes(set, set).empty(), "nothing is missing of a set in itself");
}

void check_syntax(const ScopeSet& set) {
  const ScopeSet v1 = in_syntax(set, ScopeSyntax::v1);
  const ScopeSet v2 = in_syntax(set, ScopeSyntax::v2);
  for (const std::string& scope : set.list())
    require(v1.covers(scope) && v2.covers(scope), "in another syntax no less is asked for");
  for (const std::string& scope : v2.list()) require(set.covers(scope), "in v2 no more is asked for");
  require(in_syntax(v1, ScopeSyntax::v1).list() == v1.list(), "what is v1 stays as it is");
  require(in_syntax(v2, ScopeSyntax::v2).list() == v2.list(), "what is v2 stays as it is");
  require(in_syntax(set, ScopeSyntax::automatic).list() == set.list(), "automatic changes nothing");
  require(!syntax_mismatch(v1, v1) && !syntax_mismatch(v2, v2), "what was asked for is no mismatch");
  require(choose_syntax(ScopeSyntax::automatic, set.list()) != ScopeSyntax::automatic, "a syntax is chosen");
}

}  // namespace

void fuzz_scopes(Bytes input) {
  Lines lines(input);
  const ScopeSet wanted(lines.next());
  const ScopeSet granted(lines.rest());
  check_set(wanted);
  check_set(granted);
  check_syntax(wanted);
  const ScopeSet kept = without_surplus(granted, wanted);
  for (const std::string& scope : kept.list()) {
    require(granted.covers(scope), "what is kept was granted");
    require(wanted.covers(scope), "what is kept was wanted");
  }
  require(missing_scopes(wanted, kept) == missing_scopes(wanted, granted), "nothing wanted is lost with the surplus");
  for (const std::string& scope : without_surplus(kept, wanted).list())
    require(kept.covers(scope), "taking the surplus away again adds nothing");
  for (const std::string& scope : missing_scopes(wanted, granted))
    require(wanted.contains(scope) && !granted.covers(scope), "what is missing was wanted and is not covered");
}

}  // namespace wardend::fuzz
