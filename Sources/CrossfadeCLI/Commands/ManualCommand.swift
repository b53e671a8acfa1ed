import ArgumentParser
import Diagnostics
import Workflow

/// Prints man pages.
struct ManualCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the man page of the program or of a command.",
        usage: "crossfade manual [COMMAND | --list] [options]",
        discussion: """
              crossfade manual advance | man -l -
              for page in $(crossfade manual --list); do
                crossfade manual $page > /usr/local/share/man/man1/$page.1
              done

            Without a command the page is that of the program. A command may be named as its page is: crossfade-advance.
            """
    )

    @Argument(
        help: "The command; the program itself when left out.",
        completion: .custom { _, _, _ in ManualPage.commandNames }
    )
    var command: String?

    @Flag(help: "Print the names of all pages, one a line.")
    var list = false

    @OptionGroup
    var options: GlobalOptions

    func execute(_ invocation: Invocation) async throws -> Failure.Code {
        let pages = try ManualPage.all()
        if list {
            invocation.console.write(pages.map(\.name).joined(separator: "\n"))
        } else {
            invocation.console.write(try page(among: pages).roff)
        }
        return .done
    }

    private func page(among pages: [ManualPage]) throws(Failure) -> ManualPage {
        let name = command ?? "crossfade"
        if let page = pages.first(where: { $0.name == name || $0.name == ManualPage.pageName(name) }) { return page }
        let known = pages.map { String($0.name.trimmingPrefix("crossfade-")) }
        let near = closestMatch(to: name, among: known)
        throw Failure(
            .usage,
            "there is no command '\(name)'",
            hint: near.map { "did you mean 'crossfade manual \($0)'?" } ?? "crossfade manual --list"
        )
    }

    func validate() throws {
        if list, command != nil { throw ValidationError("--list prints all names: leave out the command") }
    }
}
