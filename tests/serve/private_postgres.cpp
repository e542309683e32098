#include "tests/serve/private_postgres.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace s2m::serve {
namespace {

// Debian keeps the server's programs out of the PATH. They refuse to run as root.
constexpr const char* kProlog =
    "PATH=\"$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)\"; cd /; "
    "as() { if [ $(id -u) = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups \"$@\"; "
    "else \"$@\"; fi; }; ";

int code_of(const std::string& command) { return std::system((kProlog + command).c_str()); }

}  // namespace

bool PrivatePostgres::is_possible() {
  return code_of(
             "command -v initdb pg_ctl >/dev/null && { [ $(id -u) != 0 ] || id postgres >/dev/null 2>&1; "
             "}") == 0;
}

PrivatePostgres::PrivatePostgres() {
  std::string name = "/tmp/s2m_postgres_XXXXXX";
  if (!::mkdtemp(name.data())) throw std::runtime_error("no folder " + name);
  folder_ = name;
  run("{ [ $(id -u) != 0 ] || chown postgres \"$folder\"; }; "
      "as initdb -D \"$folder/data\" -U tester -A trust -E UTF8 --locale=C --no-sync");
  start();
}

PrivatePostgres::~PrivatePostgres() {
  EXPECT_EQ(
      code_of("as pg_ctl -D " + (folder_ / "data").string() + " stop -m immediate -s >/dev/null 2>&1; true"),
      0);
  std::filesystem::remove_all(folder_);
}

void PrivatePostgres::start() {
  run("as pg_ctl -D \"$folder/data\" -l \"$folder/log\" -w -o \"-k $folder -c listen_addresses='' -c "
      "shared_buffers=16MB\" start");
}

void PrivatePostgres::end_at_once() { run("as pg_ctl -D \"$folder/data\" stop -m immediate"); }

void PrivatePostgres::run(const std::string& command) const {
  if (code_of("folder=" + folder_.string() + "; { " + command +
              "; } >/tmp/s2m_postgres.$$ 2>&1 || "
              "{ cat /tmp/s2m_postgres.$$ >&2; false; }; code=$?; rm -f /tmp/s2m_postgres.$$; exit $code") !=
      0)
    throw std::runtime_error("PostgreSQL: " + command);
}

}  // namespace s2m::serve
