/// The part of a type's values that an option takes.
public struct Bounds<Value: Comparable & ArgumentValue> {
  let contains: (Value) -> Bool
  /// As it follows "a number": "1 or more", "from 0 to 9".
  let text: String

  public static func atLeast(_ least: Value) -> Self {
    Self(contains: { $0 >= least }, text: "\(least.argument) or more")
  }

  public static func above(_ limit: Value) -> Self {
    Self(contains: { $0 > limit }, text: "above \(limit.argument)")
  }

  public static func from(_ least: Value, to most: Value) -> Self {
    Self(contains: { $0 >= least && $0 <= most }, text: "from \(least.argument) to \(most.argument)")
  }
}
