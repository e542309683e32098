// Several servers and workers on one PostgreSQL database. Without the server's programs these tests are skipped.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>

#include "apps/serve/job_store.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"
#include "tests/serve/private_postgres.h"
#include "tests/serve/server_process.h"

namespace s2m::serve {
namespace {

using Names = std::vector<std::string>;

#if S2M_POSTGRES
constexpr bool kIsBuiltIn = true;
#else
constexpr bool kIsBuiltIn = false;
#endif

class SharedStore : public testing::Test {
 protected:
  void SetUp() override {
    if (!kIsBuiltIn) GTEST_SKIP() << "the program was built without libpq";
    if (!PrivatePostgres::is_possible()) GTEST_SKIP() << "initdb and pg_ctl (postgresql) are not installed";
    postgres = std::make_unique<PrivatePostgres>();
  }
  Process worker(const Names& more = {}) const {
    Names words{"work", "--store", postgres->uri(), "--lease", "1", "--workers", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return Process(words, "working");
  }
  std::unique_ptr<PrivatePostgres> postgres;
};

std::string state_at(const Server& server, const std::string& id) { return server.job(id)["state"]; }

// Takes long enough to be killed in the middle.
std::string killable() {
  return tale_with({{"options", {{"bars", 96}}}, {"compose", {{"drafts", 16}, {"seed", 3}}}});
}

// What a store does, on either database.
void check_jobs_of(JobStore& jobs, JobStore& others) {
  const std::string odd("a\0b\xFF", 4);  // no text of PostgreSQL's
  const auto first = jobs.add("{}", odd, "key", 2).job;
  EXPECT_EQ(others.add("{}", odd, "key", 2).job.id, first.id);
  EXPECT_EQ(others.add("{1}", odd, "key", 2).admission, Admission::kKeyOfAnother);
  const auto second = others.add("{}", "", std::nullopt, 2).job;
  EXPECT_EQ(jobs.add("{}", "", std::nullopt, 2).admission, Admission::kQueueFull);

  const auto claimed = jobs.claim(), further = others.claim();
  ASSERT_TRUE(claimed && further);
  EXPECT_EQ(claimed->id, first.id);
  EXPECT_EQ(claimed->title, odd);
  EXPECT_EQ(further->id, second.id);
  EXPECT_FALSE(jobs.claim());
  EXPECT_EQ(others.recover(), 0);  // both have a lease

  EXPECT_TRUE(jobs.publish(*claimed, {"composing", 2, 8}, 1, {"one", "two"}));
  EXPECT_TRUE(jobs.publish(*claimed, {"composing", 3, 8}, 2, {"two again", "three"}));
  EXPECT_EQ(others.find(first.id)->progress, (JobProgress{"composing", 3, 8}));
  EXPECT_EQ(others.bars_after(first.id, 1), (Names{"two", "three"}));
  EXPECT_TRUE(others.cancel(second.id));
  EXPECT_FALSE(others.publish(*further, {"writing", 0, 0}, 1, {}));
  others.finish(*further, "too late", "{}", {{"midi", "MThd"}});
  EXPECT_EQ(jobs.find(second.id)->state, JobState::kCancelled);

  jobs.finish(*claimed, "Title", "{}", {{"midi", odd}, {"bars", "one\n"}});
  jobs.finish(*claimed, "Title", "{}", {{"midi", odd}, {"bars", "one\n"}});  // after a lost answer
  EXPECT_EQ(others.file(first.id, "midi"), odd);
  EXPECT_TRUE(others.bars_after(first.id, 0).empty());
  EXPECT_EQ(others.counts().at("done"), 1);
  EXPECT_EQ(others.list(10, 1'000'000).size(), 2u);
  EXPECT_TRUE(others.remove(first.id));
  jobs.remove_older_than(std::chrono::milliseconds(-1000));
  EXPECT_TRUE(jobs.list(10, 1'000'000).empty());
}

TEST(Store, InAFolderKeepsJobs) {
  JobStore jobs(new_store().string());
  check_jobs_of(jobs, jobs);
}

TEST(Store, PasswordsAreNeverShown) {
  for (const std::string uri :
       {"postgresql://me:hunter2@127.0.0.1:1/db", "postgresql://me:hun@ter2@127.0.0.1:1/db",
        "postgresql://me:hun/ter2@127.0.0.1:1/db", "postgresql://me:hunter2",
        "postgresql://me:hunter2@[::1/db", "postgresql://127.0.0.1:1/db?password=hunter2&pasword=hunter2",
        "mysql://me:hunter2@127.0.0.1/db"}) {
    const auto refused = run_program("work --models '" + tiny_models().string() + "' --store '" + uri + "'");
    EXPECT_NE(refused.code, 0) << uri;
    EXPECT_EQ(refused.err.find("ter2"), std::string::npos) << refused.err;
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << refused.err;
  }
  const auto typed = run_program("work --stroe postgresql://me:hunter2@127.0.0.1/db");
  EXPECT_EQ(typed.code, 2);
  EXPECT_EQ(typed.err.find("hunter2"), std::string::npos) << typed.err;
}

TEST(Store, WorkersNeedOneThatIsShared) {
  EXPECT_NE(run_program("work --store jobs").err.find("postgresql://"), std::string::npos);
  EXPECT_EQ(run_program("work --store jobs").code, 2);
  EXPECT_EQ(run_program("serve --workers 0").code, 2);
}

TEST_F(SharedStore, KeepsJobsAsAFolderDoes) {
  JobStore jobs(postgres->uri()), others(postgres->uri());
  check_jobs_of(jobs, others);
}

// A worker is killed; another takes its job up. Every server shows the same.
TEST_F(SharedStore, AKilledWorkersJobIsTakenUpAndServersAgree) {
  const Names none{"--workers", "0", "--queue", "2", "--lease", "1"};
  Server one(postgres->uri(), none), two(postgres->uri(), none);
  auto killed =
      std::make_unique<Process>(Names{"work", "--store", postgres->uri(), "--lease", "1"}, "working");
  const auto id = one.add(killable());
  ASSERT_TRUE(soon([&] { return two.job(id)["progress"]["done"] > 4; })) << two.job(id);
  std::string events;
  std::thread stream([&] { events = two.client().Get("/api/v1/jobs/" + id + "/events")->body; });
  EXPECT_EQ(killed->end(SIGKILL), -SIGKILL);
  const auto waiting = two.add(tale_with({{"options", {{"bars", 4}}}}));
  const auto cancelled = one.add(long_job());
  const auto refused = two.client().Post("/api/v1/jobs", tale_with(), "application/json");
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(two.client().Post("/api/v1/jobs/" + cancelled + "/cancel", "", "application/json")->status, 200);
  EXPECT_EQ(state_at(one, cancelled), "cancelled");

  const auto again = worker();
  ASSERT_TRUE(soon([&] { return state_at(one, id) == "done"; })) << one.job(id);
  ASSERT_TRUE(soon([&] { return state_at(one, waiting) == "done"; }));
  stream.join();
  std::size_t bars = 0;
  for (std::size_t at = 0; (at = events.find("event: bar\n", at)) != events.npos; ++at) ++bars;
  EXPECT_EQ(bars, 96u);
  EXPECT_NE(events.find("id: 97\nevent: end\n"), std::string::npos) << events.substr(events.size() - 900);
  const auto bytes = one.client().Get("/api/v1/jobs/" + id + "/files/midi")->body;
  const auto whole = one.add(killable());
  ASSERT_TRUE(soon([&] { return state_at(two, whole) == "done"; }));
  EXPECT_TRUE(two.client().Get("/api/v1/jobs/" + whole + "/files/midi")->body == bytes);
}

TEST_F(SharedStore, ACancelledJobStopsInTheWorkerAndASignalHandsTheNextOn) {
  Server server(postgres->uri(), {"--workers", "0"});
  auto first = worker();
  const auto cancelled = server.add(long_job());
  ASSERT_TRUE(soon([&] { return state_at(server, cancelled) == "running"; }));
  server.client().Post("/api/v1/jobs/" + cancelled + "/cancel", "", "application/json");
  const auto next = server.add(long_job());
  ASSERT_TRUE(soon([&] { return state_at(server, next) == "running"; }));  // so the worker is free
  EXPECT_EQ(first.end(SIGTERM), 0) << first.log();
  EXPECT_EQ(state_at(server, next), "queued");
}

TEST_F(SharedStore, ALostDatabaseIsShownAndLosesNothing) {
  Server server(postgres->uri(), {"--workers", "1", "--lease", "5"});
  const auto id = server.add(killable());
  ASSERT_TRUE(soon([&] { return state_at(server, id) == "running"; }));
  postgres->end_at_once();
  const auto health = server.client().Get("/api/v1/health");
  EXPECT_EQ(health->status, 503);
  EXPECT_NE(health->body.find("store: cannot be reached"), std::string::npos) << health->body;
  EXPECT_TRUE(health->has_header("Retry-After"));
  const auto refused = server.client().Post("/api/v1/jobs", tale_with(), "application/json");
  EXPECT_EQ(refused->status, 503);
  postgres->start();
  ASSERT_TRUE(soon([&] { return server.client().Get("/api/v1/health")->status == 200; }));
  ASSERT_TRUE(soon([&] { return state_at(server, id) == "done"; })) << server.log();
  EXPECT_EQ(server.lines("job").size(), 1u) << server.log();
  EXPECT_EQ(server.end(SIGTERM), 0);
}

}  // namespace
}  // namespace s2m::serve
