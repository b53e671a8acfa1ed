import ArgumentParser
import Workflow

/// A subcommand: parsed from the arguments, run with an invocation, answered with an exit status.
protocol Command: AsyncParsableCommand, Sendable {
    var options: GlobalOptions { get }

    /// Whether answers and errors are objects.
    var wantsJSON: Bool { get }

    /// What the first interruption does.
    static var stopping: Stopping { get }

    /// Does the work and writes the answer.
    ///
    /// - Returns: what to exit with.
    /// - Throws: ``Failure`` for everything a person can act on.
    func execute(_ invocation: Invocation) async throws -> Failure.Code
}

/// How a command ends when a person interrupts it.
enum Stopping: Sendable {
    /// There is nothing to save.
    case atOnce
    /// What is under way is brought to a safe place first; the second interruption cancels it.
    case atSafePlace
}

extension Command {
    var wantsJSON: Bool { options.json }

    static var stopping: Stopping { .atOnce }
}

extension ArgumentHelp {
    static let plan: ArgumentHelp = "The plan's name, or the path of its file."
    static let phase: ArgumentHelp = "The phase."
    static let confirm = ArgumentHelp("The plan's name: agrees to what sets aside or drops data.", valueName: "name")
}

extension Phase: ExpressibleByArgument {
    /// Takes the phase's name, with dashes too.
    public init?(argument: String) {
        self.init(rawValue: argument.replacing("-", with: "_"))
    }
}
