// Requests that are broken, too large or too slow.
#include <gtest/gtest.h>

#include "tests/serve/running_service.h"

namespace s2m::serve {
namespace {

std::string post(const std::string& headers, const std::string& body) {
  return "POST /api/v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers +
         "\r\n" + body;
}

int status_of(const std::string& answer) {
  return answer.size() > 12 && answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

// The problem is the caller's, in one line, and the service goes on.
void expect_problem(const RunningService& service, const std::string& body, int status,
                    const std::string& where) {
  const auto problem = service.post("/api/v1/jobs", body, status)["error"];
  EXPECT_EQ(problem["where"].get<std::string>().substr(0, where.size()), where) << problem;
  EXPECT_EQ(problem["message"].get<std::string>().find('\n'), std::string::npos);
}

TEST(HostileRequests, ValuesThatAreNotAsTheyMustBeAreNamed) {
  const RunningService service;
  expect_problem(service, "{", 400, "request: byte ");
  expect_problem(service, "{\"story\":{\"text\":\"\xff\"}}", 400, "request");
  expect_problem(service, std::string(200, '[') + std::string(200, ']'), 400, "request: byte ");
  expect_problem(service, "[]", 422, "request");
  expect_problem(service, "{}", 422, "request");
  expect_problem(service, R"({"story":{"text":""}})", 422, "story");
  expect_problem(service, R"({"story":{}})", 422, "request.story");
  expect_problem(service, R"({"story":{"text":"a","base64":"YQ=="}})", 422, "request.story");
  expect_problem(service, R"({"story":{"base64":"!"}})", 422, "request.story.base64");
  expect_problem(service, R"({"story":{"text":"a","format":"docx"}})", 422, "request.story.format");
  expect_problem(service, R"({"story":{"file":"/etc/passwd"}})", 422, "request.story");
  expect_problem(service, tale_with({{"path", "/etc/passwd"}}), 422, "request");
  expect_problem(service, tale_with({{"options", {{"bars", 0}}}}), 422, "request.options.bars");
  expect_problem(service, tale_with({{"options", {{"bars", 2.5}}}}), 422, "request.options.bars");
  expect_problem(service, tale_with({{"options", {{"bars", 5000}}}}), 422, "request.options.bars");
  expect_problem(service, tale_with({{"options", {{"key", "H minor"}}}}), 422, "request.options.key");
  expect_problem(service, tale_with({{"options", {{"palette", "kazoo"}}}}), 422, "request.options: palette");
  expect_problem(service, tale_with({{"compose", {{"seed", -1}}}}), 422, "request.compose.seed");
  expect_problem(service, tale_with({{"plan", Json::object()}}), 422, "request: plan");
  expect_problem(service, tale_with({{"plan", Json::object()}, {"options", Json::object()}}), 422,
                 "request.plan");
  service.get("/api/v1/jobs?limit=0", 422);
  service.get("/api/v1/jobs?before=x", 422);
  EXPECT_EQ(service.get("/api/v1/jobs")["jobs"].size(), 0u);
}

TEST(HostileRequests, StoriesAndPlansOverTheLimits) {
  auto options = tiny_options();
  options.music = {.words = 20, .bars = 16, .seconds = 30};
  const RunningService service(options);
  expect_problem(service, tale_with(), 413, "story");
  const Json story{{"text", "The sea was calm."}};
  const auto plan = service.post("/api/v1/plan", Json{{"story", story}, {"options", {{"bars", 8}}}}.dump());
  auto many = plan;
  for (int i = 0; i < 2; ++i) many["sections"].push_back(plan["sections"][0]);
  expect_problem(service, Json{{"story", story}, {"plan", many}}.dump(), 422, "plan");
  // A plan that the worker makes is under the limits, too.
  const auto id =
      service.id_of_job(Json{{"story", story}, {"options", {{"bars", 16}, {"tempo_bpm", 20}}}}.dump());
  EXPECT_EQ(service.end_of(id), "failed");
  EXPECT_EQ(service.get("/api/v1/jobs/" + id)["error"]["what"], "is too long");
}

TEST(HostileRequests, ABodyOverTheLimitIsAnsweredAtOnceAndTheConnectionClosed) {
  auto options = tiny_options();
  options.http.body_bytes = 1000;
  const RunningService service(options);
  // The body is announced and never sent: the answer does not wait for it.
  const auto announced = raw_answer(service.port(), post("Content-Length: 10000000000\r\n", ""));
  EXPECT_EQ(status_of(announced), 413) << announced;
  EXPECT_NE(announced.find("Connection: close"), std::string::npos);
  EXPECT_NE(announced.find("at most 1000 bytes, got 10000000000"), std::string::npos) << announced;
  // It is sent: what follows is not taken for a request.
  const auto sent = raw_answer(service.port(), post("Content-Length: 200000\r\n", std::string(200000, 'x')));
  EXPECT_EQ(status_of(sent), 413);
  EXPECT_EQ(sent.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_EQ(
      status_of(raw_answer(service.port(), post("Content-Length: 2000\r\nExpect: 100-continue\r\n", ""))),
      413);
  service.get("/api/v1/health");
}

TEST(HostileRequests, BodiesWithoutAKnownLength) {
  const RunningService service;
  const auto status = [&](const std::string& headers, const std::string& body) {
    return status_of(raw_answer(service.port(), post("Connection: close\r\n" + headers, body)));
  };
  EXPECT_EQ(status("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(status("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400);
  EXPECT_EQ(status("Content-Length: -5\r\n", "hello"), 400);
  EXPECT_EQ(status("Content-Length: 5x\r\n", "hello"), 400);
  EXPECT_EQ(status("Content-Length: 5\r\nContent-Encoding: gzip\r\n", "hello"), 415);
  EXPECT_EQ(status("", ""), 400);  // no body is an empty one, which is no JSON
  EXPECT_EQ(service.client().Post("/api/v1/read", tale_with(), "text/plain")->status, 415);
  EXPECT_EQ(service.client().Post("/api/v1/read", "a=b", "application/x-www-form-urlencoded")->status, 415);
}

TEST(HostileRequests, BrokenRequestLinesAndLongOnes) {
  const RunningService service;
  const auto status = [&](const std::string& bytes) { return status_of(raw_answer(service.port(), bytes)); };
  EXPECT_EQ(status("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 414);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(100'000, 'a') + "\r\n\r\n"), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  for (int i = 0; i < 10'000; ++i) many += "X" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(status(many + "\r\n"), 431);
  EXPECT_EQ(status("GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"), 400);
  EXPECT_EQ(status("TRACE /api/v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 405);
  // The body of a method that has none is no second request.
  const std::string second = "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const auto answer =
      raw_answer(service.port(), "OPTIONS /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                     std::to_string(second.size()) + "\r\n\r\n" + second);
  EXPECT_EQ(status_of(answer), 405);
  EXPECT_NE(answer.find("Allow: POST, GET\r\n"), std::string::npos) << answer;
  EXPECT_EQ(answer.find("HTTP/1.1", 1), answer.npos) << answer;
  for (const char* path :
       {"/../../etc/passwd", "/api/v1/jobs/%2e%2e%2f/files/midi", "/api/v1/jobs/%00", "//", "/%0a"})
    EXPECT_EQ(service.client().Get(path)->status, 404) << path;
  service.get("/api/v1/jobs/x/files/..%2Fjobs.sqlite", 404);
}

TEST(HostileRequests, ASlowClientIsAnsweredAndOthersDoNotWaitForIt) {
  auto options = tiny_options();
  options.http.header_time = options.http.body_time = std::chrono::seconds(2);
  const RunningService service(options);
  std::string headers, body;
  std::thread slow_headers([&] {
    headers = raw_answer(service.port(), "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n",
                         std::chrono::milliseconds(200));
  });
  std::thread slow_body([&] { body = raw_answer(service.port(), post("Content-Length: 100\r\n", "{")); });
  const auto start = std::chrono::steady_clock::now();
  service.get("/api/v1/health");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1500));
  slow_headers.join();
  slow_body.join();
  EXPECT_EQ(status_of(headers), 408) << headers;
  EXPECT_EQ(status_of(body), 408) << body;
}

TEST(HostileRequests, TooManyConnectionsAndStreamsAreRefused) {
  auto options = tiny_options();
  options.http.connections = 3;
  options.api.most_streams = 1;
  options.workers = 1;
  RunningService service(options);
  const auto id = service.id_of_job(long_job());
  const auto path = "/api/v1/jobs/" + id + "/events";
  std::vector<std::thread> threads;
  std::atomic<bool> is_open{false};
  threads.emplace_back(
      [&] { service.client().Get(path, [&](const char*, std::size_t) { return is_open = true; }); });
  ASSERT_TRUE(soon([&] { return is_open.load(); }));
  EXPECT_EQ(service.client().Get(path)->status, 503);
  int status = 0;
  EXPECT_TRUE(soon([&] {
    const auto answer = service.client().Get("/api/v1/health");
    status = answer ? answer->status : 0;
    if (status == 200) threads.emplace_back([&] { raw_answer(service.port(), "GET "); });
    return status == 503;
  })) << status;
  service.stop();
  for (auto& thread : threads) thread.join();
}

// Without it the thread of a stream whose client has left would wait until the job ends.
TEST(HostileRequests, AStreamEndsWhenItsClientLeaves) {
  auto options = tiny_options();
  options.workers = 1;
  const RunningService service(options);
  const auto id = service.id_of_job(long_job());
  service.client().Get("/api/v1/jobs/" + id + "/events", [](const char*, std::size_t) { return false; });
  EXPECT_TRUE(soon([&] {
    return service.client().Get("/metrics")->body.find("story2midi_event_streams 0\n") != std::string::npos;
  }));
}

}  // namespace
}  // namespace s2m::serve
