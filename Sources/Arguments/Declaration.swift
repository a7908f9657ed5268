/// What one property of a command declares: how it is named and described, and where its value goes.
struct Declaration {
  enum Kind { case argument, option, flag }

  let kind: Kind
  /// The long name without dashes, or the placeholder of an argument; empty to take it from the property.
  var name: String
  let short: Character?
  /// What stands for the value in help; empty to take it from the name.
  var placeholder: String
  let help: String
  let isRequired: Bool
  let repeats: Bool
  /// The default as it would be typed.
  let defaultText: String?
  let expectation: String
  let completion: Completion
  /// Stores a value; false when the text is none.
  let accept: (String) -> Bool
  /// The section of the help it is listed in; nil for the command's own.
  var section: String?

  /// As it is named in messages: `--seed`, `FILE`.
  var title: String { kind == .argument ? placeholder : "--\(name)" }

  /// As it appears in a usage line, without the brackets that make it optional.
  var usage: String {
    switch kind {
    case .argument: repeats ? "\(placeholder)..." : placeholder
    case .option: (short.map { "-\($0)" } ?? "--\(name)") + " \(placeholder)"
    case .flag: "--\(name)"
    }
  }

  /// The help text with the choices and the default at its end.
  var fullHelp: String {
    var text = help
    if case .choices(let choices) = completion, kind != .flag {
      text += " One of: \(choices.joined(separator: ", "))."
    }
    if repeats, kind == .option { text += " Can be given several times." }
    if let defaultText { text += " (default: \(defaultText))" }
    return text
  }
}

/// A property that declares something.
protocol Declaring {
  var declaration: Declaration { get }
}

/// Where the parser puts a value, so that the command that declared it can be a plain struct.
final class Cell<Value> {
  var value: Value?
  init(_ value: Value?) { self.value = value }
}
