import { uploadWireSchema } from '../wire/upload-wire.js';
import { binary, type Operation } from './operation.js';

export const uploadOperations = {
  createUpload: {
    method: 'post',
    path: '/api/uploads',
    tag: 'datasets',
    summary: 'Begin a resumable upload',
    description:
      'By the [tus protocol](https://tus.io/protocols/resumable-upload) 1.0: any client of it will do. `Upload-Metadata` may hold a `filename`. ' +
      'The bytes go to `Location` by `PATCH`; its last part is the id, which a dataset is imported by (`source: {"kind": "upload", "uri": id}`). ' +
      'An upload is kept until it has been imported, is deleted, or 24 hours have passed since its last byte. Only whoever began it can see it.',
    role: 'member',
    headers: ['Tus-Resumable', 'Upload-Length', 'Upload-Metadata'],
    answerHeaders: ['Location', 'Tus-Resumable'],
    answers: { 201: null },
  },
  getUpload: {
    method: 'get',
    path: '/api/uploads/:id',
    tag: 'datasets',
    summary: 'Get how far an upload is',
    description: '`HEAD` answers `Upload-Offset` and `Upload-Length`, as tus asks for before it goes on; a request that still sends bytes to this upload is ended.',
    role: 'member',
    answers: { 200: uploadWireSchema },
  },
  writeUpload: {
    method: 'patch',
    path: '/api/uploads/:id',
    tag: 'datasets',
    summary: 'Send the next bytes of an upload',
    description: 'From `Upload-Offset` on. What has come before a connection broke is kept.',
    role: 'member',
    headers: ['Tus-Resumable', 'Upload-Offset'],
    answerHeaders: ['Upload-Offset', 'Tus-Resumable'],
    body: binary('application/offset+octet-stream'),
    answers: { 204: null },
  },
  deleteUpload: { method: 'delete', path: '/api/uploads/:id', tag: 'datasets', summary: 'Throw an upload away', role: 'member', answers: { 204: null } },
} as const satisfies Record<string, Operation>;
