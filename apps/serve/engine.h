// Reading, planning and composing for several clients at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "apps/serve/music_request.h"
#include "story2midi/batch.h"
#include "story2midi/nn/manifest.h"
#include "story2midi/plan/explain.h"
#include "story2midi/story2midi.h"

namespace s2m::serve {

// So many may work at once and so many more may wait; enter() throws Refused with status 429 for the next.
class WorkPlaces {
 public:
  WorkPlaces(int places, int waiting) : places_(places), most_waiting_(waiting) {}
  class Place {
   public:
    explicit Place(WorkPlaces& of) : of_(of) { of_.enter(); }
    ~Place() { of_.leave(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    WorkPlaces& of_;
  };

 private:
  void enter();
  void leave();
  std::mutex mutex_;
  std::condition_variable free_;
  int places_, most_waiting_;
  int waiting_ = 0;
};

// What a change leaves open follows from the piece: the next seed, as it was humanised.
void complete(MusicRequest& request, const SavedPiece& piece);

// May be used from many threads. Every verb throws Error, or Cancelled where its progress returns false.
class Engine {
 public:
  explicit Engine(const std::filesystem::path& models, int threads);

  // The readings of the last stories are kept: the page reads, plans and composes one story.
  std::shared_ptr<const StoryReading> read(const Story& story, const Progress& progress);
  Plan plan(const MusicRequest& request, const Progress& progress);
  // Why a plan of the request's story is as it is.
  PlanExplanation explain(const MusicRequest& request, const Plan& plan, const Progress& progress);

  struct Hooks {
    Progress reading = {};
    std::function<void(const Plan&)> planned = {};  // may throw Refused
    Progress composing = {};
    std::function<void(const BarView&)> on_bar = {};
  };
  // Signed, as the command line signs it.
  ComposedPiece compose(const MusicRequest& request, const Hooks& hooks);
  // What request.change names of a saved piece, written anew. It keeps its title and makers.
  ComposedPiece change(const MusicRequest& request, SavedPiece saved, const Hooks& hooks);

 private:
  Studio studio_;
  std::optional<Manifest> weights_;
  std::mutex mutex_;
  std::list<std::shared_ptr<const StoryReading>> readings_;  // the latest first
};

}  // namespace s2m::serve
