public import Store

extension Observer {
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
