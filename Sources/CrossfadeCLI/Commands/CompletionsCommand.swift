import ArgumentParser
import Workflow

/// Prints the script by which a shell completes what a person types.
struct CompletionsCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.",
        usage: "crossfade completions SHELL [options]",
        discussion: """
              source <(crossfade completions bash)
              crossfade completions bash > /etc/bash_completion.d/crossfade
              crossfade completions zsh > ~/.zfunc/_crossfade
              crossfade completions fish > ~/.config/fish/completions/crossfade.fish

            Completes commands, flags, kinds of change, phases and the names of the plans in the folder of plans. It reads \
            files and asks no database. For zsh the folder has to be in fpath before compinit runs.
            """
    )

    /// The shells that there is a script for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        fileprivate var generator: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell.")
    var shell: Shell

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        invocation.console.write(Crossfade.completionScript(for: shell.generator))
        return .done
    }
}
