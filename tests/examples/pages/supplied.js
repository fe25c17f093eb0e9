// The functions that the document's examples call and leave to their reader: these remember their calls.
const calls = {};
for (const name of [
    'displayNewMessage', 'markMessageAsSent', 'updateUserStatus', 'showTypingIndicator', 'showError',
]) {
    calls[name] = [];
    window[name] = (argument) => calls[name].push(argument);
}
