/// Reads the words that follow a command's name into the values its declarations hold.
///
/// Options may stand anywhere before `--`; after it every word is an argument. A word that begins with a dash is an
/// option unless it is `-` or a number.
struct Parser {
  let signature: Signature
  private var positional: [String] = []
  private var seen: Set<String> = []

  init(_ signature: Signature) { self.signature = signature }

  /// Fills the declarations; returns false when help was asked for.
  mutating func parse(_ words: [String]) throws(UsageError) -> Bool {
    var index = words.startIndex
    while index < words.endIndex {
      let word = words[index]
      index += 1
      if word == "--" {
        positional += words[index...]
        break
      }
      guard Self.isOption(word) else {
        positional.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let option = try find(parts[0])
      if option.kind == .flag {
        if parts.count > 1 { throw UsageError("\(parts[0]) is a switch and takes no value") }
        if option.name == "help" { return false }
        _ = option.accept("")
        continue
      }
      if !option.repeats, !seen.insert(option.name).inserted {
        throw UsageError("\(option.title) was given twice", advice: "Give it once.")
      }
      if parts.count > 1 {
        try store(parts[1], in: option)
      } else if index < words.endIndex, !Self.isOption(words[index]), words[index] != "--" {
        try store(words[index], in: option)
        index += 1
      } else {
        throw UsageError("\(option.title) needs a value: \(option.expectation)")
      }
    }
    try placeArguments()
    for option in signature.options where option.isRequired && !seen.contains(option.name) {
      throw UsageError("\(option.title) is missing: \(Self.inSentence(option.help))")
    }
    return true
  }

  private static func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && word != "--" && Double(word) == nil
  }

  private func find(_ given: String) throws(UsageError) -> Declaration {
    let match = signature.options.first { option in
      given == "--\(option.name)" || option.short.map { given == "-\($0)" } ?? false
    }
    if let match { return match }
    let names = signature.options.map { "--\($0.name)" }
    let suggestion = nearest(to: given.hasPrefix("--") ? given : "-\(given)", among: names)
    throw UsageError("there is no option \(given)", advice: suggestion.map { "Did you mean \($0)?" })
  }

  private func store(_ text: String, in declaration: Declaration) throws(UsageError) {
    if declaration.accept(text) { return }
    var advice: String?
    if case .choices(let choices) = declaration.completion, let suggestion = nearest(to: text, among: choices) {
      advice = "Did you mean \(suggestion)?"
    }
    throw UsageError(
      "\(declaration.title) cannot be '\(text)': give \(declaration.expectation)", advice: advice)
  }

  /// Hands the words out: each required argument takes one, optional ones take what is left over from the left,
  /// and the repeated one takes the rest, wherever it stands.
  private func placeArguments() throws(UsageError) {
    var spare = positional.count - signature.arguments.count(where: \.isRequired)
    var words = positional[...]
    for argument in signature.arguments {
      var count = argument.isRequired ? 1 : 0
      if argument.repeats {
        count += max(0, spare)
        spare = 0
      } else if !argument.isRequired, spare > 0 {
        count = 1
        spare -= 1
      }
      if words.count < count || (argument.isRequired && words.isEmpty) {
        throw UsageError("\(argument.placeholder) is missing: \(Self.inSentence(argument.help))")
      }
      for word in words.prefix(count) { try store(word, in: argument) }
      words = words.dropFirst(count)
    }
    if let extra = words.first {
      throw UsageError("'\(extra)' is one argument too many")
    }
  }

  /// A help text as it follows a colon: its first sentence, with a small first letter, without a full stop.
  private static func inSentence(_ help: String) -> String {
    var sentence = help.split(separator: ".", maxSplits: 1).first.map(String.init) ?? ""
    if let ends = sentence.firstIndex(of: ":") { sentence = String(sentence[..<ends]) }
    let second = sentence.dropFirst().first
    return second?.isUppercase ?? false ? sentence : sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}
