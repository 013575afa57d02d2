#include "config/document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>

namespace wardend::config {
namespace {

Position position(const toml::source_region& region) {
  return {std::max<std::size_t>(region.begin.line, 1), std::max<std::size_t>(region.begin.column, 1)};
}

std::string day(const toml::date& value) {
  char text[16];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", unsigned{value.year}, unsigned{value.month}, unsigned{value.day});
  return text;
}

Node copy(const toml::node& from) {
  Node node;
  node.at = position(from.source());
  if (const toml::table* table = from.as_table()) {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : *table) {
      Node member = copy(value);
      member.key = key.str();
      member.key_at = position(key.source());
      node.children.push_back(std::move(member));
    }
  } else if (const toml::array* list = from.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node& entry : *list) node.children.push_back(copy(entry));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* number = from.as_integer()) {
    node.kind = Node::Kind::number;
    node.number = number->get();
  } else if (const auto* flag = from.as_boolean()) {
    node.kind = Node::Kind::flag;
    node.flag = flag->get();
  } else if (const auto* date = from.as_date()) {
    node.kind = Node::Kind::date;
    node.text = day(date->get());
  }
  return node;
}

}  // namespace

const Node* Node::get(std::string_view member) const {
  const auto found = std::ranges::find(children, member, &Node::key);
  return found == children.end() || kind != Kind::table ? nullptr : &*found;
}

std::expected<Node, SyntaxFault> parse_document(std::string_view text) {
  if (const auto deep = too_deep(text))
    return std::unexpected(SyntaxFault{*deep, "a key of more than 8 parts, and no key of wardend has so many"});
  try {
    return copy(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return std::unexpected(SyntaxFault{position(error.source()), std::string(error.description())});
  }
}

}  // namespace wardend::config
