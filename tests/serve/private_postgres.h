// A PostgreSQL server of this process's own, on a socket in a folder that goes with it.
#pragma once

#include <filesystem>
#include <string>

namespace s2m::serve {

class PrivatePostgres {
 public:
  // Whether initdb and pg_ctl are installed, and this user may run them.
  static bool is_possible();

  PrivatePostgres();  // throws where it does not start
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  void start();
  void end_at_once();  // without a checkpoint, as after a loss of power
  std::string uri() const { return "postgresql://tester@/postgres?host=" + folder_.string(); }

 private:
  void run(const std::string& command) const;
  std::filesystem::path folder_;
};

}  // namespace s2m::serve
