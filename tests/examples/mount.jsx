
// What follows the document's component: it is shown for the room and the user of the page's address.
import { createRoot } from 'react-dom/client';

const given = new URLSearchParams(location.search);
createRoot(document.getElementById('root')).render(
    <ChatRoom roomId={1} currentUser={{ id: Number(given.get('user')) }} />
);
