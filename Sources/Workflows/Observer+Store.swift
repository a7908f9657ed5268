public import Store

extension Store {
  /// Commits, however long others read the file, who are named meanwhile; a wish to stop that comes now has nothing to stop.
  func commit(_ observer: Observer) throws {
    var isTold = false
    try commit { obstacle in
      if !isTold {
        isTold = true
        observer.notice("waiting, since \(obstacle.file) \(obstacle.problem); Ctrl-C twice gives up what was not yet committed")
      }
      return true
    }
  }
}

extension Store {
  /// Does work of several steps as one: what they make is kept when the last is done, or nothing is, also of work that is
  /// stopped.
  func whole<Result>(_ observer: Observer, _ work: () throws -> Result) throws -> Result {
    do {
      return try transaction(commit: { store in try writing { try store.commit(observer) } }, work)
    } catch is Stopped {
      throw Stopped("\(path) is as it was")
    }
  }
}

extension Observer {
  /// Ends work that is to stop, at a place where nothing was begun.
  func demandGoing(_ state: @autoclosure () -> String) throws {
    if isStopped() { throw Stopped(state()) }
  }

  /// Watches the writing of bytes into a file.
  public func bytes(_ phase: String) -> ProgressCallback {
    { done, total in
      report(.init(phase, done: done, of: total, .bytes))
      return isStopped() ? .stop : .proceed
    }
  }

  /// Watches work that goes through items one by one.
  public func items(_ phase: String) -> ProgressCallback {
    { done, total in
      report(.init(phase, done: done, of: total, .items))
      return isStopped() ? .stop : .proceed
    }
  }
}
