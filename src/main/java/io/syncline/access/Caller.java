package io.syncline.access;

import io.syncline.changelog.View;
import java.util.Set;

/** Who a request's token stands for, what the token may be used for, and what its principal sees. */
public record Caller(String tokenId, Set<TokenScope> scopes, View view) {

    public String principal() {
        return view.principal();
    }
}
