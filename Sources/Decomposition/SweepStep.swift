/// What the observer of a piece of work wants next.
public enum SweepStep: Sendable { case proceed, stop }
