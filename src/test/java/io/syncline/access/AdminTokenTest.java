package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTokenTest {

    @TempDir
    Path folder;

    @Test
    void makesATokenThatItsOwnerAloneCanRead() throws Exception {
        Path data = folder.resolve("new/data");

        AdminToken.load(Optional.empty(), data);

        assertThat(Files.readString(data.resolve("admin-token"))).matches("[A-Za-z0-9]{64}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("admin-token"))))
                .isEqualTo("rw-------");
        try (var left = Files.list(data)) {
            assertThat(left).containsExactly(data.resolve("admin-token"));
        }
    }

    @Test
    void keepsTheTokenThatWasMadeAtTheFirstStart() throws Exception {
        AdminToken.load(Optional.empty(), folder);
        String first = Files.readString(folder.resolve("admin-token"));

        AdminToken.load(Optional.of(""), folder);

        assertThat(Files.readString(folder.resolve("admin-token"))).isEqualTo(first);
    }

    @Test
    void makesNoFileWhereTheSettingGivesTheToken() {
        AdminToken.load(Optional.of("!~".repeat(32)), folder);

        assertThat(folder.resolve("admin-token")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss1",
                "sssssssssssssssssssssssssssssss ssssssssssssssssssssssssssssssss",
                "sssssssssssssssssssssssssssssssésssssssssssssssssssssssssssssssss",
                "sandbox0sandbox0sandbox0sandbox0sandbox0sandbox0sandbox0sandbox0"
            })
    void refusesASettingThatIsNoTokenByItsNameAndWithoutShowingIt(String setting) {
        assertThatThrownBy(() -> AdminToken.load(Optional.of(setting), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("syncline.admin.token (SYNCLINE_ADMIN_TOKEN)")
                .hasMessageNotContaining(setting);
    }

    @Test
    void refusesAFileThatHoldsNoToken() throws Exception {
        Files.writeString(folder.resolve("admin-token"), "cut off");

        assertThatThrownBy(() -> AdminToken.load(Optional.empty(), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("admin-token")
                .hasMessageContaining("delete the file")
                .hasMessageNotContaining("cut off");
    }
}
