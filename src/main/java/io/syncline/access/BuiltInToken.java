package io.syncline.access;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A token that comes from the settings and is never stored. Its principal sees everything, whichever token it uses.
 */
public final class BuiltInToken {

    private static final String SANDBOX = "sandbox0".repeat(8);

    private final StoredToken stored;

    private BuiltInToken(StoredToken stored) {
        this.stored = stored;
    }

    /**
     * The administrator's token, with all scopes.
     *
     * @throws IllegalArgumentException if it is not {@value TokenText#LENGTH} visible ASCII characters; the message does not show it
     */
    public static BuiltInToken admin(String token) {
        if (token.length() != TokenText.LENGTH) {
            throw new IllegalArgumentException(
                    "must be " + TokenText.LENGTH + " characters, but has " + token.length());
        }
        if (!token.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new IllegalArgumentException("must be visible ASCII characters without white space");
        }
        if (token.equals(SANDBOX)) {
            throw new IllegalArgumentException("must not be the sandbox token, which everybody knows");
        }
        return builtIn("admin", token, EnumSet.allOf(TokenScope.class));
    }

    /** The token that everybody knows, for as long as the sandbox is on. */
    public static BuiltInToken sandbox() {
        return builtIn("sandbox", SANDBOX, EnumSet.of(TokenScope.SYNC, TokenScope.JOBS_READ, TokenScope.JOBS_WRITE));
    }

    private static BuiltInToken builtIn(String name, String token, Set<TokenScope> scopes) {
        Token described = new Token(name, name, Set.copyOf(scopes), Optional.empty());
        return new BuiltInToken(new StoredToken(described, TokenHash.of(token)));
    }

    StoredToken stored() {
        return stored;
    }
}
